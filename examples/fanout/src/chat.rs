//! The last fifty messages; a push appends one.

use crate::own::Own;
use djust::{LiveView, MountContext, MountResult, handlers, live_view};
use std::collections::VecDeque;

const KEPT: usize = 50;

#[derive(Clone, PartialEq)]
pub struct Message {
    id: u64,
    text: String,
}

#[live_view(template = "chat.html", shared)]
#[derive(Clone, PartialEq)]
pub struct Chat {
    messages: VecDeque<Message>,
    last_id: u64,
    own: u32,
}

impl LiveView for Chat {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let messages = (1..=KEPT as u64).map(|id| Message { id, text: format!("Earlier message {id}") });
        let Own { own } = cx.query()?;
        Ok(Chat { messages: messages.collect(), last_id: KEPT as u64, own })
    }
}

#[handlers]
impl Chat {
    #[push]
    fn on_new_message(&mut self, text: String) {
        self.last_id += 1;
        self.messages.push_back(Message { id: self.last_id, text });
        if self.messages.len() > KEPT {
            self.messages.pop_front();
        }
    }
}

//! A chat: a message that one page sends reaches every page by a push.
//!
//! All pages share the messages so far, in the application's data, so that a new page shows them. A
//! page joins its group before it reads them, so it misses none; a message that comes twice is
//! recognised by its id.

use crate::history::{History, Message};
use djust::push::PushError;
use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};

/// The longest message and the longest name, in characters.
const LONGEST: usize = 500;
const LONGEST_NAME: usize = 40;

#[live_view(template = "chat.html", path = "chat.views.ChatView")]
pub struct ChatView {
    messages: Vec<Message>,
    /// The name that signs this page's messages.
    author: String,
    history: History,
}

impl LiveView for ChatView {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let history = cx.app_data::<History>().expect("main.rs registers the history").clone();
        Ok(ChatView { messages: history.messages(), author: String::new(), history })
    }
}

#[handlers]
impl ChatView {
    /// `dj-submit="send"`: puts the message into the history and pushes it to every page, this one
    /// included.
    #[event]
    fn send(
        &mut self,
        text: String,
        author: Option<String>,
        cx: &mut ViewContext<Self>,
    ) -> Result<(), PushError> {
        self.author = author.unwrap_or_default().chars().take(LONGEST_NAME).collect();
        let text: String = text.trim().chars().take(LONGEST).collect();
        if !text.is_empty() {
            let message = self.history.add(text, Some(self.author.clone()));
            ChatView::push().on_new_message(message.text, message.author, Some(message.id)).queue()?;
        }
        // Rendering never changes a field that somebody has typed in, so the handler clears it
        // explicitly.
        cx.reset_form("send");
        cx.focus("text");
        Ok(())
    }

    /// A push calls this. From a shell, `text` is enough.
    #[push]
    fn on_new_message(&mut self, text: String, author: Option<String>, id: Option<u64>) {
        let message = Message { id: id.unwrap_or_else(History::new_id), author, text };
        if self.messages.iter().any(|known| known.id == message.id) {
            return;
        }
        // A message without an id gets a different one on each page, so the history would hold it
        // several times.
        if id.is_some() {
            self.history.keep(message.clone());
        }
        self.messages.push(message);
        if self.messages.len() > History::LIMIT {
            self.messages.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ChatView;
    use crate::history::History;
    use djust::Djust;
    use djust::push::Push;
    use djust::testing::{TestApp, TestPage, TestRequest};
    use std::error::Error;

    async fn page(app: &TestApp, history: &History) -> Result<TestPage<ChatView>, Box<dyn Error>> {
        Ok(app.mount(TestRequest::get("/chat").app_data(history.clone())).await?)
    }

    #[actix_web::test]
    async fn a_message_reaches_every_page_and_those_that_come_later() -> Result<(), Box<dyn Error>> {
        let (app, history) = (TestApp::new(Djust::builder().view::<ChatView>()), History::default());
        let (mut ada, mut bob) = (page(&app, &history).await?, page(&app, &history).await?);
        ada.fill("#author", "Ada").await;
        ada.fill("#text", "Hello").await;
        ada.submit("#send").await;
        bob.settled().await;
        let later = page(&app, &history).await?;
        for page in [&ada, &bob, &later] {
            assert_eq!(page.text("#messages li"), "Ada Hello");
        }
        Ok(())
    }

    #[actix_web::test]
    async fn after_a_message_the_field_is_empty_and_has_the_focus() -> Result<(), Box<dyn Error>> {
        let (app, history) = (TestApp::new(Djust::builder().view::<ChatView>()), History::default());
        let mut page = page(&app, &history).await?;
        page.fill("#author", "Ada").await;
        page.fill("#text", "Hello").await;
        page.press("#text", "Enter").await;
        assert_eq!((page.value("#text"), page.value("#author")), (String::new(), "Ada".to_owned()));
        assert_eq!(page.focused().as_deref(), Some("text"));
        Ok(())
    }

    #[actix_web::test]
    async fn a_message_that_comes_twice_is_shown_once() -> Result<(), Box<dyn Error>> {
        let (app, history) = (TestApp::new(Djust::builder().view::<ChatView>()), History::default());
        let mut page = page(&app, &history).await?;
        let message = Push::handler("on_new_message").arg("text", "Hi").arg("id", 7);
        page.push((ChatView::PATH, message.clone())).await?;
        page.push((ChatView::PATH, message)).await?;
        assert_eq!(page.texts("#messages li"), ["Somebody Hi"]);
        Ok(())
    }
}

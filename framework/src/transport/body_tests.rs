//! Random walks over a body, its actor and its queue, without a connection: each step is compared
//! with a model of what must be written.

use super::*;
use crate::protocol::EncodedFrame;
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::AtomicUsize;

/// What happens to a connection.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A view sends a patch or a reply.
    Send,
    /// The watchdog pings.
    Ping,
    /// A frame of the browser arrives, which the actor answers with this many frames.
    Answered(usize),
    /// The actor closes the connection, and ends at once or after the peer had time to read.
    Close { ends: bool },
    /// actix-web has room for this many frames.
    Write(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Send),
        1 => Just(Step::Ping),
        3 => (0..4_usize).prop_map(Step::Answered),
        1 => any::<bool>().prop_map(|ends| Step::Close { ends }),
        4 => (1..6_usize).prop_map(Step::Write),
    ]
}

/// The socket's actor, as the body sees it: it answers what has arrived when it runs.
#[derive(Default)]
struct Actor {
    input: RefCell<VecDeque<Step>>,
    waker: RefCell<Option<Waker>>,
    has_ended: Cell<bool>,
    runs: Cell<usize>,
}

impl Actor {
    fn arrives(&self, step: Step) {
        self.input.borrow_mut().push_back(step);
        self.waker.take().into_iter().for_each(Waker::wake);
    }
}

/// What the browser must read, in this order.
#[derive(Default)]
struct Model {
    sent: RefCell<Vec<Bytes>>,
    is_closed: Cell<bool>,
    number: Cell<usize>,
}

impl Model {
    /// A frame like no other, which is on its way unless the connection is closed.
    fn sends(&self, is_close: bool) -> EncodedFrame {
        self.number.set(self.number.get() + 1);
        let text = self.number.get().to_string();
        let frame = if is_close { EncodedFrame::pong(text.as_bytes()) } else { EncodedFrame::text(&text) };
        if !self.is_closed.replace(self.is_closed.get() || is_close) {
            self.sent.borrow_mut().push(frame.clone().into_bytes());
        }
        frame
    }
}

/// Counts how often the task was woken.
#[derive(Default)]
struct Task(AtomicUsize);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

struct Connection {
    actor: Rc<Actor>,
    model: Rc<Model>,
    frames: Arc<FrameQueue>,
    task: Arc<Task>,
    written: Vec<Bytes>,
    is_over: bool,
}

impl Connection {
    fn open() -> (Self, SocketBody<impl Stream<Item = Result<Bytes, Error>> + Unpin>) {
        let (actor, model) = (Rc::<Actor>::default(), Rc::<Model>::default());
        let frames = Arc::<FrameQueue>::default();
        let runs = futures_util::stream::poll_fn({
            let (actor, model, frames) = (Rc::clone(&actor), Rc::clone(&model), Arc::clone(&frames));
            move |cx| {
                actor.runs.set(actor.runs.get() + 1);
                while let Some(step) = actor.input.borrow_mut().pop_front() {
                    match step {
                        Step::Answered(answers) => {
                            (0..answers).for_each(|_| frames.push(model.sends(false)));
                        }
                        Step::Close { ends } => {
                            frames.close(model.sends(true));
                            actor.has_ended.set(ends);
                        }
                        Step::Send | Step::Ping | Step::Write(_) => {}
                    }
                }
                if actor.has_ended.get() {
                    return Poll::Ready(None);
                }
                actor.waker.replace(Some(cx.waker().clone()));
                Poll::Pending
            }
        });
        let body = SocketBody::new(runs, Arc::clone(&frames));
        let task = Arc::default();
        (Connection { actor, model, frames, task, written: Vec::new(), is_over: false }, body)
    }

    /// Polls as actix-web does, until there is nothing to write or no room.
    fn write(&mut self, body: &mut (impl MessageBody<Error = Error> + Unpin), room: usize) {
        let waker = Waker::from(Arc::clone(&self.task));
        for _ in 0..room {
            if self.is_over {
                return;
            }
            match Pin::new(&mut *body).poll_next(&mut Context::from_waker(&waker)) {
                Poll::Ready(Some(bytes)) => self.written.push(bytes.expect("the actor writes nothing")),
                Poll::Ready(None) => self.is_over = true,
                Poll::Pending => return,
            }
        }
    }

    fn step(&mut self, body: &mut (impl MessageBody<Error = Error> + Unpin), step: Step) {
        let woken = self.task.0.load(Ordering::Relaxed);
        match step {
            Step::Send => self.frames.push(self.model.sends(false)),
            Step::Ping => self.frames.push(self.model.sends(false)),
            Step::Answered(_) | Step::Close { .. } => self.actor.arrives(step),
            Step::Write(room) => return self.write(body, room),
        }
        assert!(self.task.0.load(Ordering::Relaxed) <= woken + 1, "one wake is enough");
    }
}

proptest! {
    /// Whatever happens: all that was sent before the close frame is written in its order, then the
    /// close frame, and nothing after it.
    #[test]
    fn frames_are_written_in_the_order_in_which_they_were_sent(steps in proptest::collection::vec(step(), 0..60)) {
        let (mut connection, mut body) = Connection::open();
        for step in steps {
            connection.step(&mut body, step);
            let sent = connection.model.sent.borrow();
            prop_assert!(sent.starts_with(&connection.written));
        }
        connection.write(&mut body, usize::MAX);
        prop_assert_eq!(&connection.written, &*connection.model.sent.borrow());
        prop_assert_eq!(connection.is_over, connection.actor.has_ended.get());
    }

    /// A body that waits is woken by each kind of news.
    #[test]
    fn a_waiting_body_is_woken_once(steps in proptest::collection::vec(step(), 0..40)) {
        let (mut connection, mut body) = Connection::open();
        for step in steps {
            connection.write(&mut body, usize::MAX);
            let woken = connection.task.0.load(Ordering::Relaxed);
            let is_news = !connection.is_over && match step {
                Step::Send | Step::Ping => !connection.model.is_closed.get(),
                Step::Answered(_) | Step::Close { .. } => true,
                Step::Write(_) => false,
            };
            connection.step(&mut body, step);
            if !connection.is_over {
                prop_assert_eq!(connection.task.0.load(Ordering::Relaxed) - woken, usize::from(is_news));
            }
        }
    }
}

#[test]
fn a_frame_is_written_without_running_the_actor() {
    let (mut connection, mut body) = Connection::open();
    connection.write(&mut body, usize::MAX);
    assert_eq!(connection.actor.runs.get(), 1, "a new actor starts");
    for _ in 0..100 {
        connection.step(&mut body, Step::Send);
        connection.write(&mut body, usize::MAX);
    }
    assert_eq!((connection.written.len(), connection.actor.runs.get()), (100, 1));
}

#[test]
fn an_actor_that_lets_others_run_is_polled_again_by_the_task() {
    let task = Arc::<Task>::default();
    let waker = Waker::from(Arc::clone(&task));
    let busy = futures_util::stream::poll_fn(|cx| {
        cx.waker().wake_by_ref();
        Poll::<Option<Result<Bytes, Error>>>::Pending
    });
    let mut body = SocketBody::new(busy, Arc::default());
    for _ in 0..3 {
        let before = task.0.load(Ordering::Relaxed);
        assert!(Pin::new(&mut body).poll_next(&mut Context::from_waker(&waker)).is_pending());
        assert!(task.0.load(Ordering::Relaxed) > before);
    }
}

#[test]
fn dropping_the_body_drops_what_is_queued_and_what_comes_later() {
    let (mut connection, body) = Connection::open();
    connection.step(&mut { body }, Step::Send);
    assert_eq!(connection.frames.take(), None);
    connection.frames.push(EncodedFrame::ping());
    assert_eq!(connection.frames.take(), None);
}

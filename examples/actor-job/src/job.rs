//! The actor. Between two steps, it and its thread are free for other messages.

use actix::{Actor, ActorContext, AsyncContext, Context, Handler, Message};
use contracts::{Progress, State};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;

/// The settings of a job.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The name that people see.
    pub name: String,
    /// How many steps it has.
    pub steps: u32,
    /// How long a step takes.
    pub pause: Duration,
    /// The step that it fails at, if any.
    pub fails_at: Option<u32>,
}

/// A running job. It ends by itself, after its last step.
pub struct Job {
    id: String,
    plan: Plan,
    done: u32,
    /// Tells the starter how the job ended, if the starter still wants to know.
    end: Option<oneshot::Sender<State>>,
}

/// One step is done.
#[derive(Message)]
#[rtype(result = "()")]
struct Step;

impl Job {
    /// Starts a job. The receiver resolves to how it ended; you may drop it.
    pub fn begin(plan: Plan) -> oneshot::Receiver<State> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed) + 1;
        let (end, ended) = oneshot::channel();
        // Several processes push to the same pages, so the id must be unique among all of them.
        Job { id: format!("{}-{number}", std::process::id()), plan, done: 0, end: Some(end) }.start();
        ended
    }

    fn state(&self) -> State {
        if self.plan.fails_at == Some(self.done) {
            State::Failed
        } else if self.done < self.plan.steps {
            State::Running
        } else {
            State::Done
        }
    }

    /// Tells every page of the jobs. `queue` never blocks, which is necessary in an actor. If a
    /// push is not accepted, the job continues anyway.
    fn push(&self, state: State) {
        let (id, name) = (self.id.clone(), self.plan.name.clone());
        let push = Progress::push().on_progress(id, name, self.done, self.plan.steps, state);
        if let Err(error) = push.queue() {
            tracing::warn!(%error, "the pages don't know how far the job is");
        }
    }
}

impl Actor for Job {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        self.push(State::Running);
        context.notify_later(Step, self.plan.pause);
    }
}

impl Handler<Step> for Job {
    type Result = ();

    fn handle(&mut self, _: Step, context: &mut Self::Context) {
        self.done += 1;
        let state = self.state();
        self.push(state);
        if state == State::Running {
            context.notify_later(Step, self.plan.pause);
            return;
        }
        if let Some(end) = self.end.take() {
            // An error means that nobody waits for it.
            let _ = end.send(state);
        }
        context.stop();
    }
}

//! Jobs and their progress, pushed by the jobs themselves.
//!
//! The button starts a job in this process: an actor that knows nothing about pages.
//! `cargo run -p actor-job` runs the same actor in a separate process, whose pushes come through
//! Redis. Each push contains everything about its job, so a page that opens halfway learns
//! everything with the job's next step.

use actor_job::{Job, Plan};
use contracts::{Progress, State};
use djust::{LiveView, MountContext, MountResult, handlers, live_view};
use std::time::Duration;

/// How many jobs a page shows. A new job replaces the oldest one that has ended.
const SHOWN: usize = 8;
/// How many lines of the log a page keeps.
const LINES: usize = 6;

/// A job, as a page knows it.
pub struct Shown {
    id: String,
    name: String,
    done: u32,
    of: u32,
    state: State,
}

/// A line of the log.
pub struct Line {
    number: u64,
    state: State,
    text: String,
}

#[live_view(template = "jobs.html", contract = Progress)]
pub struct ProgressView {
    /// The newest first.
    jobs: Vec<Shown>,
    /// The newest first.
    log: Vec<Line>,
    lines: u64,
    /// How many this page has started.
    started: u32,
}

impl LiveView for ProgressView {
    async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
        Ok(ProgressView { jobs: Vec::new(), log: Vec::new(), lines: 0, started: 0 })
    }
}

#[handlers]
impl ProgressView {
    /// Starts a job in this process, as any code could; every third one fails.
    #[event]
    fn start(&mut self) {
        self.started += 1;
        let name = ["Thumbnails", "Monthly report", "Search index"][self.started as usize % 3];
        let fails_at = self.started.is_multiple_of(3).then_some(13);
        let pause = Duration::from_millis(fastrand::u64(90..=180));
        // Like all other pages, this one learns by a push how the job ends.
        drop(Job::begin(Plan { name: name.to_owned(), steps: 40, pause, fails_at }));
    }

    /// A job's push calls this on every open page.
    #[push]
    fn on_progress(&mut self, id: String, name: String, done: u32, of: u32, state: State) {
        let known = self.jobs.iter_mut().find(|job| job.id == id);
        let before = known.as_ref().map(|job| job.state);
        let shown = Shown { id, name, done, of, state };
        if before != Some(state) {
            self.note(&shown);
        }
        match self.jobs.iter_mut().find(|job| job.id == shown.id) {
            Some(job) => *job = shown,
            None => self.jobs.insert(0, shown),
        }
        self.make_room();
    }
}

impl ProgressView {
    fn note(&mut self, job: &Shown) {
        let Shown { name, done, of, state, .. } = job;
        let text = match state {
            State::Running => format!("{name} is running"),
            State::Done => format!("{name} is done, after {of} steps"),
            State::Failed => format!("{name} has failed, at step {done} of {of}"),
        };
        self.lines += 1;
        self.log.insert(0, Line { number: self.lines, state: *state, text });
        self.log.truncate(LINES);
    }

    fn make_room(&mut self) {
        if self.jobs.len() > SHOWN {
            let ended = self.jobs.iter().rposition(|job| job.state != State::Running);
            self.jobs.remove(ended.unwrap_or(SHOWN));
        }
    }
}

/// Methods that the template calls.
impl ProgressView {
    fn running(&self) -> usize {
        self.jobs.iter().filter(|job| job.state == State::Running).count()
    }
}

impl Shown {
    /// The progress as a number from 0 to 100, whatever was pushed.
    fn percent(&self) -> u64 {
        match self.of {
            0 => 100,
            of => (u64::from(self.done) * 100 / u64::from(of)).min(100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LINES, ProgressView, SHOWN};
    use contracts::State;
    use djust::testing::TestPage;
    use std::error::Error;
    use std::time::Duration;

    #[actix_web::test]
    async fn a_job_is_followed_to_its_end() -> Result<(), Box<dyn Error>> {
        tokio::time::pause();
        let mut page = TestPage::<ProgressView>::mount("/jobs").await?;
        page.click("#start").await;
        page.wait_for("#jobs li.state-running").await;
        assert_eq!(page.text("#running"), "1 running");
        page.advance(Duration::from_secs(8)).await;
        assert_eq!(page.text(".job-state"), "done");
        assert_eq!(page.attribute("progress", "value").as_deref(), Some("100"));
        assert_eq!(page.texts("#log li").len(), 2, "it is running, and it is done");
        Ok(())
    }

    #[actix_web::test]
    async fn a_page_knows_the_last_eight_jobs_and_six_lines() -> Result<(), Box<dyn Error>> {
        let mut page = TestPage::<ProgressView>::mount("/jobs").await?;
        for n in 0..20 {
            let push = ProgressView::push();
            page.push(push.on_progress(format!("j{n}"), format!("Job {n}"), 1, 0, State::Done)).await?;
        }
        assert_eq!((page.count("#jobs li"), page.count("#log li")), (SHOWN, LINES));
        assert_eq!(page.texts(".job-name")[0], "Job 19");
        assert_eq!(page.texts(".job-percent")[0], "100 %", "of no steps");
        Ok(())
    }
}

//! Writes random walks as JSON, for the browser's test: `random_patches [seed]`.
//!
//! `[{"html": first, "steps": [{"patch": […], "html": expected}, …]}, …]`; after each patch the page must show what
//! the expected HTML, a fresh rendering, shows. The last walk is over a state that is large from the beginning.

use djust::render::{Recorder, Recording, diff};
use djust::view::ViewDefinition;
use djust_tests::constructs::{AllConstructs, Step};
use serde_json::{Value, json};
use std::io::Write;

const WALKS: usize = 12;
const STEPS: usize = 150;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let mut random = fastrand::Rng::with_seed(seed);
    let mut walks = Vec::new();
    for number in 0..WALKS {
        let before = if number + 1 == WALKS { 200 } else { number };
        walks.push(walk(&mut random, before)?);
    }
    serde_json::to_writer(std::io::stdout().lock(), &walks)?;
    Ok(writeln!(std::io::stdout())?)
}

/// A walk that begins after some steps that are not shown.
fn walk(random: &mut fastrand::Rng, before: usize) -> Result<Value, Box<dyn std::error::Error>> {
    let recorder = Recorder::new();
    let mut view = AllConstructs::default();
    for _ in 0..before {
        view.step(step(random));
    }
    let mut shown = recorder.record(|recorder| view.record(recorder))?;
    let first = html(&shown);
    let mut steps = Vec::new();
    for _ in 0..STEPS {
        for _ in 0..random.usize(1..4) {
            view.step(step(random));
        }
        let now = recorder.record(|recorder| view.record(recorder))?;
        let mut patch = String::new();
        if !diff(AllConstructs::TEMPLATE, &shown, &now, &mut patch) {
            patch.push_str("[]");
        }
        let patch: Value = serde_json::from_str(&patch)?;
        steps.push(json!({ "patch": patch, "html": html(&now) }));
        shown = now;
    }
    Ok(json!({ "html": first, "steps": steps }))
}

fn step(random: &mut fastrand::Rng) -> Step {
    Step { what: random.usize(..1000), first: random.usize(..1000), second: random.usize(..1000) }
}

fn html(recording: &Recording) -> String {
    let mut html = String::new();
    recording.html(AllConstructs::TEMPLATE, &mut html);
    html
}

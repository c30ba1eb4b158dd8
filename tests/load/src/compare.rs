//! Several servers in turn, round by round: each round's figures stand beside each other, so that
//! what disturbs the machine for a while disturbs all of them.

use crate::Result;
use crate::floor::Page;
use crate::generator::Crowd;
use crate::options::{Options, State};
use crate::process::sibling;
use crate::protocol::Kind;
use crate::round::{self, Figures, Plan, Subject};
use crate::statistics::Spread;
use serde::Serialize;
use std::time::Duration;

/// One page, one state, one number of clients.
#[derive(Debug, Serialize)]
pub struct Case {
    /// The page.
    pub page: Page,
    /// What its viewers have in common.
    pub state: State,
    /// How many they are.
    pub clients: usize,
    /// The servers; the first is what the others are compared with.
    pub servers: Vec<Measured>,
}

/// What was measured of a server.
#[derive(Debug, Serialize)]
pub struct Measured {
    /// The server.
    pub server: &'static str,
    /// The medians of its rounds.
    pub figures: Figures,
    /// Its CPU time per update over the first server's, of the same round each.
    pub ratio: Option<Spread>,
    /// Instructions in user space per delivery, if they were counted.
    pub instructions: Option<f64>,
}

/// Returns the floor and `examples/fanout`, as they were built.
///
/// # Errors
/// They weren't.
pub fn built_subjects() -> Result<Vec<Subject>> {
    Ok(vec![floor()?, fanout("djust", &["--workers", "1"])?])
}

fn floor() -> Result<Subject> {
    let arguments = ["--port", "0"].map(str::to_owned).to_vec();
    Ok(Subject { name: "floor", kind: Kind::Floor, program: sibling("floor")?, arguments })
}

/// Returns `examples/fanout` with more arguments.
///
/// # Errors
/// It wasn't built.
pub fn fanout(name: &'static str, arguments: &[&str]) -> Result<Subject> {
    let arguments = [&["--port", "0"], arguments].concat().into_iter().map(str::to_owned).collect();
    Ok(Subject { name, kind: Kind::Djust, program: sibling("fanout")?, arguments })
}

/// Measures the servers on one page.
///
/// # Errors
/// A server can't be started, or a client is lost.
pub fn case(
    subjects: &[Subject],
    page: Page,
    state: State,
    clients: usize,
    options: &Options,
) -> Result<Case> {
    let crowd = Crowd { clients, page, own: state == State::Different, at_once: options.at_once };
    let plan = Plan { crowd, pushes: options.pushes, tick_time: Duration::from_secs(options.seconds) };
    let mut rounds: Vec<Vec<Figures>> = vec![Vec::new(); subjects.len()];
    for number in 0..options.rounds {
        // Every other round begins with the last: whoever comes second finds the machine as warm.
        let mut order: Vec<usize> = (0..subjects.len()).collect();
        if number % 2 == 1 {
            order.reverse();
        }
        for index in order {
            let subject = &subjects[index];
            eprint!(
                "\r{page}, {state}, {clients} clients: round {} of {}, {:<14}",
                number + 1,
                options.rounds,
                subject.name
            );
            rounds[index].push(round::run(subject, &plan, &options.cpus)?);
        }
    }
    eprintln!();
    let measured = subjects.iter().zip(&rounds).enumerate().map(|(index, (subject, own))| Measured {
        server: subject.name,
        figures: Figures::median(own),
        ratio: if index == 0 { None } else { ratio(own, &rounds[0]) },
        instructions: None,
    });
    Ok(Case { page, state, clients, servers: measured.collect() })
}

fn ratio(own: &[Figures], first: &[Figures]) -> Option<Spread> {
    Spread::of(own.iter().zip(first).map(|(own, first)| own.cpu_per_update_us / first.cpu_per_update_us))
}

//! The benchmark of fan-out. `tests/bench` builds it in release, with the servers, and runs it.

use clap::Parser;
use djust_load::compare::{self, Case};
use djust_load::floor::Page;
use djust_load::generator::Crowd;
use djust_load::machine::Machine;
use djust_load::options::{Options, Peer, State};
use djust_load::redis::Redis;
use djust_load::report::{self, Report};
use djust_load::{Result, budget, instructions, peer, soak, throughput};
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;
use std::{fs, io};

/// The clients that another framework is measured with.
const PEER_CLIENTS: usize = 200;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    if options.check_budget || options.write_budget {
        let djust = compare::fanout("djust", &["--workers", "1"])?;
        return if options.write_budget { budget::write(&djust) } else { budget::check(&djust) };
    }
    options.cpus.pin_clients()?;
    let mut report = Report { machine: Machine::this(), cases: Vec::new(), throughput: None, soak: None };
    if let Some(seconds) = options.soak {
        let djust = compare::fanout("djust", &["--workers", "1"])?;
        report.soak = Some(soak::run(&djust, first_crowd(options)?, seconds, options)?);
    }
    if options.throughput {
        let time = Duration::from_secs(options.seconds);
        report.throughput = Some(throughput::run(first_crowd(options)?, time, &options.cpus)?);
    }
    if options.redis {
        report.cases = through_redis(options)?;
    }
    if options.soak.is_none() && !options.throughput && !options.redis {
        report.cases = comparisons(options)?;
    }
    publish(&report, options)
}

/// The first page, state and number of clients that are named.
fn first_crowd(options: &Options) -> Result<Crowd> {
    let page = *options.pages.first().ok_or("no page is named")?;
    let state = *options.states.first().ok_or("no state is named")?;
    let clients = *options.clients.first().ok_or("no number of clients is named")?;
    Ok(Crowd { clients, page, own: state == State::Different, at_once: options.at_once })
}

fn comparisons(options: &Options) -> Result<Vec<Case>> {
    let mut subjects = compare::built_subjects()?;
    let mut cases = Vec::new();
    for &clients in &options.clients {
        for &page in &options.pages {
            for &state in &options.states {
                cases.push(compare::case(&subjects, page, state, clients, options)?);
            }
        }
    }
    if options.instructions {
        // They are counted with the same number of clients for all.
        let first = options.clients.first().copied();
        for case in cases.iter_mut().filter(|case| Some(case.clients) == first) {
            for (server, subject) in case.servers.iter_mut().zip(&subjects) {
                eprintln!("{}, {}: instructions of {}", case.page, case.state, subject.name);
                server.instructions = Some(instructions::count(subject, case.page, case.state)?);
            }
        }
    }
    if options.peer == Some(Peer::DjustPython) {
        subjects.push(peer::djust_python()?);
        cases.push(compare::case(&subjects, Page::Dashboard, State::Equal, PEER_CLIENTS, options)?);
    }
    Ok(cases)
}

fn through_redis(options: &Options) -> Result<Vec<Case>> {
    let redis = Redis::start()?;
    let local = compare::fanout("local", &["--workers", "1"])?;
    let through = compare::fanout("redis", &["--workers", "1", "--redis", &redis.url()])?;
    let mut cases = Vec::new();
    for &clients in &options.clients {
        for &page in options.pages.iter().filter(|page| **page != Page::Ticker) {
            for &state in &options.states {
                cases.push(compare::case(&[local.clone(), through.clone()], page, state, clients, options)?);
            }
        }
    }
    Ok(cases)
}

fn publish(report: &Report, options: &Options) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", report.machine)?;
    if !report.cases.is_empty() {
        writeln!(out, "{}", report::cases_table(&report.cases))?;
    }
    if let Some(runs) = &report.throughput {
        writeln!(out, "{}", report::throughput_table(runs))?;
    }
    if let Some(soak) = &report.soak {
        writeln!(out, "{}", report::soak_table(soak))?;
    }
    if let Some(path) = &options.json {
        fs::write(path, serde_json::to_string_pretty(report)?)?;
    }
    if let Some(directory) = &options.svg {
        fs::create_dir_all(directory)?;
        for (name, chart) in report::charts(&report.cases) {
            fs::write(directory.join(name), chart.svg())?;
        }
    }
    Ok(())
}

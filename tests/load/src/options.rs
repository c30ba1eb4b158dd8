//! The options of `bench`.

use crate::Result;
use crate::floor::Page;
use clap::{Parser, ValueEnum};
use serde::Serialize;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

/// Measures what a push to many clients costs: examples/fanout in turn with a bare broadcast.
///
/// Without --soak, --throughput, --redis, --check-budget and --write-budget it compares the servers, round by round.
#[derive(Parser)]
#[command(name = "tests/bench")]
pub struct Options {
    /// Numbers of clients
    #[arg(long, value_delimiter = ',', default_value = "1000")]
    pub clients: Vec<usize>,
    /// Pages
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Page::ALL)]
    pub pages: Vec<Page>,
    /// Whether all viewers have the same state, or each its own
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = State::ALL)]
    pub states: Vec<State>,
    /// Rounds; in each, every server is started once
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Pushes of a round, each awaited by all clients
    #[arg(long, default_value_t = 30)]
    pub pushes: u32,
    /// Seconds of a round of the ticker, and of a run of --throughput
    #[arg(long, default_value_t = 4)]
    pub seconds: u64,
    /// Clients that are joining at a time
    #[arg(long, default_value_t = 64)]
    pub at_once: usize,
    /// CPUs of the servers and of the clients, or `any`
    #[arg(long, default_value = "0/1", value_name = "SERVERS/CLIENTS")]
    pub cpus: Cpus,
    /// Also count the instructions of a delivery with valgrind, which takes a minute for each page
    #[arg(long)]
    pub instructions: bool,
    /// Only count instructions, and fail if a delivery takes more than tests/load/budget.txt allows
    #[arg(long)]
    pub check_budget: bool,
    /// Count instructions, and write them to tests/load/budget.txt
    #[arg(long)]
    pub write_budget: bool,
    /// Also measure another framework, on the dashboard's page with 200 clients
    #[arg(long, value_enum)]
    pub peer: Option<Peer>,
    /// Push to all clients for so many seconds, watch the memory, and count what is missing
    #[arg(long, value_name = "SECONDS")]
    pub soak: Option<u64>,
    /// Pushes a second, with --soak
    #[arg(long, default_value_t = 2.0)]
    pub pushes_per_second: f64,
    /// Deliveries a second of two workers on two CPUs against those of one
    #[arg(long)]
    pub throughput: bool,
    /// Pushes through a redis-server of its own against local ones
    #[arg(long)]
    pub redis: bool,
    /// Write all figures to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Draw charts in this directory
    #[arg(long, value_name = "DIRECTORY")]
    pub svg: Option<PathBuf>,
}

/// What the viewers of a page have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// All show the same.
    Equal,
    /// Each has a number that no other has.
    Different,
}

impl State {
    /// Both, in the order of the report.
    pub const ALL: [State; 2] = [State::Equal, State::Different];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            State::Equal => "equal",
            State::Different => "different",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Another framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    /// djust for Python, from PyPI
    DjustPython,
}

/// The CPUs that processes run on, as lists for `taskset`; without them any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cpus {
    server: Option<String>,
    clients: Option<String>,
}

impl Cpus {
    /// All processes run on any CPU.
    pub fn any() -> Self {
        Cpus::default()
    }

    /// Returns a command that runs a program on the servers' CPUs.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        match &self.server {
            None => Command::new(program),
            Some(list) => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", list]).arg(program);
                command
            }
        }
    }

    /// Returns the CPUs for a server with one worker: the first.
    pub fn one_worker(&self) -> Cpus {
        let first = |list: &String| list.split([',', '-']).next().unwrap_or_default().to_owned();
        Cpus { server: self.server.as_ref().map(first), clients: self.clients.clone() }
    }

    /// Returns the CPUs for a server with two workers: that of the clients too, if there is only one.
    pub fn two_workers(&self) -> Cpus {
        let server = match (&self.server, &self.clients) {
            (Some(server), Some(clients)) if !server.contains([',', '-']) => {
                Some(format!("{server},{clients}"))
            }
            (server, _) => server.clone(),
        };
        Cpus { server, clients: self.clients.clone() }
    }

    /// Moves this process to the clients' CPUs. It must have one thread yet.
    ///
    /// # Errors
    /// There is no such CPU.
    pub fn pin_clients(&self) -> Result<()> {
        let Some(list) = &self.clients else { return Ok(()) };
        let pid = std::process::id().to_string();
        let output = Command::new("taskset").args(["--cpu-list", "--pid", list, &pid]).output()?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("can't use CPU {list} for the clients ({}); see --cpus", said.trim()).into())
    }
}

impl FromStr for Cpus {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_list = |list: &str| list.starts_with(|first: char| first.is_ascii_digit());
        match text.split_once('/') {
            None if text == "any" => Ok(Cpus::any()),
            Some((server, clients)) if is_list(server) && is_list(clients) => {
                Ok(Cpus { server: Some(server.to_owned()), clients: Some(clients.to_owned()) })
            }
            _ => Err("expected two lists of CPUs such as 0/1, or any"),
        }
    }
}

/// Returns a file of this package, which is where it was built.
pub fn package_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_options_are_consistent() {
        Options::command().debug_assert();
        let options = Options::parse_from(["bench", "--clients", "200,1000", "--pages", "chat,table"]);
        assert_eq!(options.clients, [200, 1000]);
        assert_eq!(options.pages, [Page::Chat, Page::Table]);
        assert_eq!(options.states, State::ALL);
    }

    #[test]
    fn lists_of_cpus() {
        let cpus: Cpus = "0-1,3/2".parse().unwrap();
        assert_eq!(cpus.server.as_deref(), Some("0-1,3"));
        assert_eq!(cpus.clients.as_deref(), Some("2"));
        assert_eq!("any".parse(), Ok(Cpus::any()));
        assert!("0".parse::<Cpus>().is_err());
        assert!("/1".parse::<Cpus>().is_err());
    }

    #[test]
    fn two_workers_have_two_cpus() {
        let list = |cpus: Cpus| cpus.server.unwrap();
        let two: Cpus = "0/1".parse().unwrap();
        assert_eq!((list(two.one_worker()), list(two.two_workers())), ("0".to_owned(), "0,1".to_owned()));
        let three: Cpus = "0,1/2".parse().unwrap();
        assert_eq!((list(three.one_worker()), list(three.two_workers())), ("0".to_owned(), "0,1".to_owned()));
    }

    #[test]
    fn a_server_runs_on_its_cpus() {
        let cpus: Cpus = "0/1".parse().unwrap();
        let command = cpus.command("floor");
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(
            (command.get_program(), &arguments[..]),
            (OsStr::new("taskset"), &["--cpu-list", "0", "floor"].map(OsStr::new)[..])
        );
        assert_eq!(Cpus::any().command("floor").get_program(), "floor");
    }
}

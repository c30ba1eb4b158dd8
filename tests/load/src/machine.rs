//! Where and when a run was made.

use serde::Serialize;
use std::fmt;
use std::fs;
use std::process::Command;

/// What figures in microseconds depend on.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// The processor's name.
    pub processor: String,
    /// The number of CPUs.
    pub cpus: usize,
    /// The version of Linux.
    pub kernel: String,
    /// The day, in UTC.
    pub date: String,
    /// The commit that the repository is at.
    pub commit: String,
    /// How many tasks wanted a CPU in the minute before: near 0, unless something else ran.
    pub load: f64,
}

impl Machine {
    /// Looks at this one. What can't be found out is empty.
    pub fn this() -> Self {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Machine {
            processor: name.map(|(_, name)| name.trim().to_owned()).unwrap_or_default(),
            cpus: info.lines().filter(|line| line.starts_with("processor")).count(),
            kernel: kernel.trim().to_owned(),
            date: output("date", &["-u", "+%Y-%m-%d"]),
            commit: output("git", &["describe", "--always", "--dirty"]),
            load: load().unwrap_or(f64::NAN),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { processor, cpus, kernel, date, commit, load } = self;
        write!(f, "{cpus} CPUs of {processor}, Linux {kernel}, {date}, commit {commit}, load {load}")
    }
}

fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_ascii_whitespace().next()?.parse().ok()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

//! A server process that shows the test views, joined with others by Redis.

use crate::server::wait_until;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running process of `src/bin/node.rs`, killed when the value is dropped.
pub struct Node {
    process: Child,
    /// Where it listens.
    pub addr: SocketAddr,
}

impl Node {
    /// Starts one; `options` are those of the program.
    pub fn start(program: &str, redis: &str, options: &[&str]) -> Self {
        Self::alone(program, &[&["--redis", redis], options].concat())
    }

    /// Starts one whose log goes to this file.
    pub fn with_log(program: &str, options: &[&str], log: File) -> Self {
        Self::run(Command::new(program).args(options).stderr(log))
    }

    /// Starts one that no Redis joins with others.
    pub fn alone(program: &str, options: &[&str]) -> Self {
        Self::run(Command::new(program).args(options))
    }

    fn run(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("cargo has built it");
        let mut line = String::new();
        let output = process.stdout.take().expect("piped");
        BufReader::new(output).read_line(&mut line).expect("it says where it listens");
        let addr = line.trim().parse().unwrap_or_else(|_| panic!("the node said {line:?}"));
        Node { process, addr }
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends it at once, as a crash does.
    pub fn kill(&mut self) {
        self.process.kill().expect("it is ours");
        self.process.wait().expect("it was started");
    }

    /// Ends it well: it takes its lease back.
    pub fn stop(&mut self) {
        crate::redis_server::signal(self.pid(), "TERM");
        self.process.wait().expect("it was started");
    }

    /// How many views are connected there.
    pub fn live_views(&self) -> usize {
        let (_, _, body) = crate::client::get(self.addr, "/live", "");
        body.parse().expect("a number")
    }

    /// Waits until so many views are connected there.
    pub fn wait_for_views(&self, views: usize) {
        wait_until(&format!("{views} views on a node"), || self.live_views() == views);
    }

    /// Its resident memory, in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("it lives");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux says so");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) {
            crate::redis_server::signal(self.pid(), "CONT");
            self.kill();
        }
    }
}

/// A file that a [`Truth`](crate::views::Truth) reads when it is mounted.
pub struct TruthFile(PathBuf);

impl TruthFile {
    /// A file that says this.
    pub fn new(name: &str, truth: &str) -> Self {
        let file = TruthFile(std::env::temp_dir().join(format!("djust-truth-{}-{name}", std::process::id())));
        file.set(truth);
        file
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The truth is another. Nobody reads half of it.
    pub fn set(&self, truth: &str) {
        let new = self.0.with_extension("new");
        std::fs::write(&new, truth)
            .and_then(|()| std::fs::rename(&new, &self.0))
            .expect("a place for temporary files");
    }
}

impl Drop for TruthFile {
    fn drop(&mut self) {
        // It is small and temporary.
        let _ = std::fs::remove_file(&self.0);
    }
}

//! A server process that is measured.

use crate::options::Cpus;
use crate::{Result, process};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A running server, which ends with the value.
pub struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts a program on the server's CPUs, and waits until it says where it listens.
    ///
    /// # Errors
    /// It can't be started, or ends before it listens.
    pub fn start(program: &Path, arguments: &[&str], cpus: &Cpus) -> Result<Self> {
        let mut command = cpus.command(program);
        command.args(arguments);
        Self::spawn(command)
    }

    /// Starts a command that says `listens on http://` and its address on standard error.
    ///
    /// # Errors
    /// It can't be started, or ends before it listens.
    pub fn spawn(mut command: Command) -> Result<Self> {
        let name = command.get_program().to_owned();
        let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut process = started.map_err(|error| format!("{}: {error}", name.display()))?;
        let mut lines = BufReader::new(process.stderr.take().ok_or("no standard error")?).lines();
        let address = lines.by_ref().map_while(|line| line.ok()).find_map(|line| listens_on(&line));
        // What it says later is passed on, so that it never waits for a reader.
        thread::spawn(move || lines.map_while(|line| line.ok()).for_each(|line| eprintln!("{line}")));
        match address {
            Some(address) => Ok(Server { process, address }),
            None => {
                let status = process.wait()?;
                Err(format!("{} has ended before it listened: {status}", name.display()).into())
            }
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The CPU time that it has used.
    ///
    /// # Errors
    /// It has ended.
    pub fn cpu_time(&self) -> Result<Duration> {
        process::cpu_time(self.process.id())
    }

    /// Its resident memory in kB.
    ///
    /// # Errors
    /// It has ended.
    pub fn resident_kb(&self) -> Result<u64> {
        process::resident_kb(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn listens_on(line: &str) -> Option<SocketAddr> {
    let (_, address) = line.split_once("listens on http://")?;
    address.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_say_where_they_listen() {
        let address = listens_on("fanout listens on http://127.0.0.1:7300");
        assert_eq!(address, Some(([127, 0, 0, 1], 7300).into()));
        assert_eq!(listens_on("error: no port"), None);
    }

    #[test]
    fn a_command_that_ends_is_an_error() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo sorry >&2; exit 3"]);
        let error = Server::spawn(command).err().expect("it ends").to_string();
        assert!(error.contains("sh has ended before it listened: exit status: 3"), "{error}");
    }
}

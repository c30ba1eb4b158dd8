//! A real redis-server on a free port, with faults on demand, ended when the value is dropped.
//!
//! `DJUST_REDIS_SERVER=valkey-server` in the environment takes another program that does the same.

use crate::server::wait_until;
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// How often to try with another port.
const STARTS: usize = 5;

/// A running server.
pub struct RedisServer {
    port: u16,
    directory: PathBuf,
    arguments: Vec<String>,
    /// Where its certificate is: it is read at each start.
    certificates: Option<PathBuf>,
    process: Option<Child>,
}

impl RedisServer {
    /// One that keeps nothing over a restart.
    pub fn start() -> Self {
        Self::with(&["--save", "", "--appendonly", "no"])
    }

    /// One that has written down whatever it has answered.
    pub fn durable() -> Self {
        Self::with(&["--save", "", "--appendonly", "yes", "--appendfsync", "always"])
    }

    /// One with these settings.
    pub fn with(arguments: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("djust-redis-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a place for temporary files");
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let mut server = RedisServer { port: 0, directory, arguments, certificates: None, process: None };
        if server.arguments.iter().any(|argument| argument == "--cluster-enabled") {
            // By default it is the port and 10,000, which may be no port.
            server.arguments.extend(["--cluster-port".to_owned(), free_port().to_string()]);
        }
        // Another program may take the port before the server does.
        for _ in 0..STARTS {
            server.port = free_port();
            if server.starts() {
                return server;
            }
        }
        panic!("redis-server ended {STARTS} times as soon as it was started with {:?}", server.arguments);
    }

    /// One that also speaks TLS, on a port of its own; its certificate, in PEM form, is its own, too.
    pub fn with_tls() -> (Self, u16, Vec<u8>) {
        Self::with_tls_and(&["--save", ""])
    }

    /// The same with other settings.
    pub fn with_tls_and(arguments: &[&str]) -> (Self, u16, Vec<u8>) {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("djust-tls-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a place for temporary files");
        let (key, certificate) = make_certificate(&directory);
        let port = free_port();
        let tls_port = port.to_string();
        let tls = ["--tls-port", &tls_port, "--tls-auth-clients", "no", "--tls-key-file", &key];
        let tls = [&tls[..], &["--tls-cert-file", &certificate]].concat();
        let mut server = Self::with(&[arguments, &tls].concat());
        server.certificates = Some(directory);
        let pem = std::fs::read(certificate).expect("openssl wrote it");
        (server, port, pem)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().expect("it runs").id()
    }

    /// Starts it, after it has ended.
    pub fn run(&mut self) {
        assert!(self.starts(), "redis-server ended as soon as it was started again at port {}", self.port);
    }

    /// Starts it, and waits until it answers. Returns whether it does; if not, it has ended.
    fn starts(&mut self) -> bool {
        let program = std::env::var("DJUST_REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
        let process = Command::new(&program)
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--dir"])
            .arg(&self.directory)
            .args(&self.arguments)
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|_| panic!("{program} is missing: apt-get install redis-server"));
        // Another one may answer at this port, until this one has noticed.
        let own = format!("process_id:{}", process.id());
        self.process = Some(process);
        let mut has_ended = false;
        wait_until("redis-server to answer", || {
            has_ended = self.process.as_mut().is_none_or(|process| !matches!(process.try_wait(), Ok(None)));
            let is_own = |info: String| info.contains(&own);
            let answers = || self.ask::<String>(redis::cmd("PING")).is_ok();
            has_ended
                || self.ask(redis::Cmd::new().arg("INFO").arg("server").clone()).is_ok_and(is_own)
                    && answers()
        });
        !has_ended
    }

    /// Ends it at once, as a crash does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("it is ours");
            process.wait().expect("it was started");
        }
    }

    /// Ends it as an administrator does.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            signal(process.id(), "TERM");
            process.wait().expect("it was started");
        }
    }

    /// Forgets all that it has written down; it must have ended.
    pub fn forget(&mut self) {
        assert!(self.process.is_none(), "it still runs");
        std::fs::remove_dir_all(&self.directory).expect("the directory is ours");
        std::fs::create_dir_all(&self.directory).expect("a place for temporary files");
    }

    /// Forgets the last so many bytes of its log, as when a machine fails that has not written them; it must have ended.
    pub fn lose_end(&self, bytes: u64) {
        assert!(self.process.is_none(), "it still runs");
        let files = std::fs::read_dir(self.directory.join("appendonlydir")).expect("it keeps a log");
        let paths = files.map(|file| file.expect("the directory is ours").path());
        let log = paths.filter(|path| path.to_string_lossy().ends_with(".incr.aof")).max();
        let log = File::options().write(true).open(log.expect("a log")).expect("it is ours");
        let length = log.metadata().expect("it is open").len();
        log.set_len(length.saturating_sub(bytes)).expect("it is ours");
    }

    /// Stops its process for a while: it answers nobody, and no connection breaks.
    pub fn pause(&self) {
        signal(self.pid(), "STOP");
    }

    /// The opposite of [`pause`](RedisServer::pause).
    pub fn resume(&self) {
        signal(self.pid(), "CONT");
    }

    /// Runs a command on a connection of its own.
    ///
    /// # Errors
    /// Redis's own.
    pub fn ask<T: redis::FromRedisValue>(&self, command: redis::Cmd) -> redis::RedisResult<T> {
        let client = redis::Client::open(self.url())?;
        command.query(&mut client.get_connection()?)
    }

    /// Runs a command written in words, which can't fail.
    pub fn run_command<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        self.ask(command).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if self.process.is_some() {
            self.resume();
        }
        self.kill();
        // What is left there is small and temporary.
        let _ = std::fs::remove_dir_all(&self.directory);
        if let Some(directory) = &self.certificates {
            let _ = std::fs::remove_dir_all(directory);
        }
    }
}

/// A key and its certificate, as files.
fn make_certificate(directory: &Path) -> (String, String) {
    let (key, certificate) = (directory.join("key.pem"), directory.join("certificate.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stderr(Stdio::null())
        .status()
        .expect("openssl is missing: apt-get install openssl");
    assert!(made.success(), "openssl makes a certificate");
    (key.display().to_string(), certificate.display().to_string())
}

/// A free port, of those that the system does not give to outgoing connections: one of them could take it while a server is restarted.
fn free_port() -> u16 {
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(|| fastrand::u16(10_000..32_000)).find(free).expect("not all are taken")
}

/// Sends a signal to a process.
pub fn signal(pid: u32, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().expect("a shell");
    assert!(sent.success(), "no signal {name} for process {pid}");
}

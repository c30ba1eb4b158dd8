//! Numbered senders of all kinds. Each is a thread that stores a number, pushes it, notes what it was told, and now and then asks how
//! many views took it.

use crate::ledger::{Ledger, Outcome, Record};
use crate::plan::{Kind, LINKS, Plan, SENDERS_LINK, SERVERS, SenderPlan};
use crate::site::TOKEN;
use djust::layer::{RedisLayer, RedisLayerBuilder};
use djust::push::{LayerError, Push, PushError, Pusher, QueryError, Receipt};
use djust_tests::client::exchange;
use djust_tests::proxy::Proxy;
use djust_tests::pushes::for_view;
use djust_tests::walked::{Stored, WALKED};
use fastrand::Rng;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// How long a sender tries to end with a push that is taken.
const LAST_PUSH_WITHIN: Duration = Duration::from_secs(6);
/// How long an answer over HTTP may take: longer than any push with its confirmation, unless the server hangs.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// One push of so many is asked after.
const ASKED_AFTER: u32 = 8;

/// What all senders of a walk use.
pub struct Desk {
    plan: Plan,
    address: String,
    certificates: Option<PathBuf>,
    /// Where the numbers are stored.
    pub stored: PathBuf,
    pub ledger: Ledger,
    over: AtomicBool,
    servers: [Mutex<Option<SocketAddr>>; SERVERS],
    /// The sender processes, by the number of the sender.
    processes: Mutex<Vec<Option<Child>>>,
}

impl Desk {
    pub fn new(plan: &Plan, links: &[Proxy; LINKS], certificates: Option<PathBuf>, stored: PathBuf) -> Self {
        let numbers = Stored::create(&stored, plan.senders.len()).expect("the directory is ours");
        let record = |sender: &SenderPlan| Record {
            // What is pushed through a server that is killed has lost its sender, too.
            forgets: matches!(sender.kind, Kind::Short | Kind::Process | Kind::Http),
            room: sender.room,
            attempts: Vec::new(),
        };
        let mut desk = Desk {
            plan: plan.clone(),
            address: String::new(),
            certificates,
            stored,
            ledger: Ledger::new(numbers, plan.senders.iter().map(record).collect()),
            over: AtomicBool::new(false),
            servers: Default::default(),
            processes: Mutex::new(plan.senders.iter().map(|_| None).collect()),
        };
        desk.address = desk.url(&links[SENDERS_LINK]);
        desk
    }

    /// The address of the Redis behind a link.
    pub fn url(&self, link: &Proxy) -> String {
        format!("redis{}://{}", if self.certificates.is_some() { "s" } else { "" }, link.addr)
    }

    /// Where a server listens, if it lives.
    pub fn server(&self, server: usize) -> Option<SocketAddr> {
        *self.servers[server].lock().expect("nobody panics with it")
    }

    pub fn set_server(&self, server: usize, addr: Option<SocketAddr>) {
        *self.servers[server].lock().expect("nobody panics with it") = addr;
    }

    /// The settings of a layer that sends.
    pub fn layer(&self) -> RedisLayerBuilder {
        let layer = RedisLayer::builder(&self.address)
            .stream_length(self.plan.stream_length)
            .timeout(self.plan.timeout)
            .queue_timeout(2 * self.plan.timeout)
            .lease(self.plan.lease);
        match &self.certificates {
            Some(file) => layer.certificates(std::fs::read(file).expect("it was written")),
            None => layer,
        }
    }

    pub fn pusher(&self) -> Pusher {
        Pusher::new(Arc::new(self.layer().build().expect("good settings")))
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn processes(&self) -> MutexGuard<'_, Vec<Option<Child>>> {
        self.processes.lock().expect("nobody panics with it")
    }

    /// Kills the sender processes; others take their places.
    pub fn kill_processes(&self) {
        for process in self.processes().iter_mut().flatten() {
            process.kill().expect("it is ours");
        }
    }

    /// Starts a sender's process, unless the walk's pushes are over.
    fn start_process(&self, sender: usize) -> Option<ChildStdout> {
        let plan = &self.plan.senders[sender];
        let mut processes = self.processes();
        if let Some(mut ended) = processes[sender].take() {
            ended.wait().expect("it was started");
        }
        if self.is_over() {
            return None;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_numbered"));
        let mut option = |name: &str, value: String| {
            command.args([name, &value]);
        };
        option("--redis", self.address.clone());
        option("--stream-length", self.plan.stream_length.to_string());
        option("--timeout-ms", self.plan.timeout.as_millis().to_string());
        option("--stored", self.stored.display().to_string());
        option("--sender", sender.to_string());
        option("--first", (self.ledger.last(sender) + 1).to_string());
        option("--pause-ms", plan.pause.to_string());
        if let Some(room) = plan.room {
            option("--key", format!("room:{room}"));
        }
        if let Some(file) = &self.certificates {
            option("--certificates", file.display().to_string());
        }
        let mut process = command.stdout(Stdio::piped()).spawn().expect("cargo has built it");
        let output = process.stdout.take();
        processes[sender] = Some(process);
        output
    }
}

/// The running senders.
pub struct Senders {
    desk: Arc<Desk>,
    threads: Vec<JoinHandle<()>>,
}

impl Senders {
    pub fn start(desk: &Arc<Desk>) -> Self {
        let sender = |number: usize| {
            let plan = desk.plan.senders[number].clone();
            let rng = Rng::with_seed(desk.plan.seed ^ ((number as u64 + 1) << 32));
            let sender = Sender { desk: Arc::clone(desk), number, plan, rng };
            spawn(move || sender.run())
        };
        Senders { desk: Arc::clone(desk), threads: (0..desk.plan.senders.len()).map(sender).collect() }
    }

    /// Ends them, each with a push that is taken if its layer lives on.
    pub fn end(&mut self) {
        self.desk.over.store(true, Ordering::Relaxed);
        self.desk.kill_processes();
        for thread in self.threads.drain(..) {
            thread.join().expect("no sender panics");
        }
    }
}

impl Drop for Senders {
    fn drop(&mut self) {
        self.desk.over.store(true, Ordering::Relaxed);
        self.desk.kill_processes();
    }
}

struct Sender {
    desk: Arc<Desk>,
    number: usize,
    plan: SenderPlan,
    rng: Rng,
}

impl Sender {
    fn run(mut self) {
        match self.plan.kind {
            Kind::Blocking => {
                let pusher = self.desk.pusher();
                self.repeat(|sender| sender.block(&pusher));
            }
            Kind::Many => {
                let pusher = self.desk.pusher();
                self.repeat(|sender| sender.push_many(&pusher));
            }
            Kind::Awaited => {
                let (pusher, runtime) = (self.desk.pusher(), runtime());
                self.repeat(|sender| runtime.block_on(sender.wait(&pusher)));
            }
            Kind::Queued => {
                let failed = Arc::new(AtomicUsize::new(0));
                let count = Arc::clone(&failed);
                let layer = self.desk.layer().on_failure(move |_| {
                    count.fetch_add(1, Ordering::SeqCst);
                });
                let pusher = Pusher::new(Arc::new(layer.build().expect("good settings")));
                let runtime = runtime();
                self.repeat(|sender| runtime.block_on(sender.queue(&pusher, &failed)));
            }
            Kind::Http => self.repeat(Self::post),
            // Each has a layer of its own, which ends with it.
            Kind::Short => self.repeat(|sender| sender.block(&sender.desk.pusher())),
            Kind::Process => self.follow_processes(),
        }
    }

    /// Pushes until it is over; then until one is taken, which finds what Redis may have forgotten of this sender.
    fn repeat(&mut self, mut push: impl FnMut(&mut Self) -> bool) {
        while !self.desk.is_over() {
            push(self);
            sleep(Duration::from_millis(self.rng.u64(..=self.plan.pause)));
        }
        let deadline = Instant::now() + LAST_PUSH_WITHIN;
        while !push(self) && Instant::now() < deadline {}
    }

    fn begin(&self, count: u64) -> std::ops::Range<u64> {
        self.desk.ledger.begin(self.number, count)
    }

    fn push(&self, number: u64) -> Push {
        let push = Push::handler("take").arg("sender", self.number).arg("number", number);
        let push = if self.plan.pad > 0 { push.arg("pad", "x".repeat(self.plan.pad)) } else { push };
        match self.plan.room {
            Some(room) => push.key(format!("room:{room}")),
            None => push,
        }
    }

    /// How long an answer to a question is waited for, if one is asked now.
    fn asks(&mut self) -> Option<Duration> {
        (self.rng.u32(..ASKED_AFTER) == 0).then(|| Duration::from_millis(self.rng.u64(300..4_000)))
    }

    fn note(&self, number: u64, result: &Result<Receipt, PushError>) -> bool {
        self.desk.ledger.end_with(self.number, number, result)
    }

    fn note_answer(&self, number: u64, answer: Result<Receipt, QueryError>) {
        self.desk.ledger.confirmed(self.number, number, answer.map(|receipt| receipt.views));
    }

    fn block(&mut self, pusher: &Pusher) -> bool {
        let number = self.begin(1).start;
        let result = pusher.push_to_view(WALKED, self.push(number));
        let taken = self.note(number, &result);
        if let (Ok(receipt), Some(within)) = (result, self.asks()) {
            self.note_answer(number, receipt.confirm_blocking(within));
        }
        taken
    }

    fn push_many(&mut self, pusher: &Pusher) -> bool {
        let count = self.rng.u64(2..100);
        let numbers = self.begin(count);
        let results =
            pusher.push_many_blocking(for_view(WALKED, numbers.clone().map(|number| self.push(number))));
        let taken: Vec<bool> =
            numbers.clone().zip(&results).map(|(number, result)| self.note(number, result)).collect();
        // The pause is that of as many single ones.
        sleep(Duration::from_millis(self.rng.u64(..=self.plan.pause) * results.len() as u64 / 2));
        if let (Some(within), Some((number, Ok(receipt)))) = (self.asks(), numbers.zip(results).last()) {
            self.note_answer(number, receipt.confirm_blocking(within));
        }
        taken.last().is_some_and(|&taken| taken)
    }

    async fn wait(&mut self, pusher: &Pusher) -> bool {
        let number = self.begin(1).start;
        let result = pusher.apush_to_view(WALKED, self.push(number)).await;
        let taken = self.note(number, &result);
        if let (Ok(receipt), Some(within)) = (result, self.asks()) {
            self.note_answer(number, receipt.confirm(within).await);
        }
        taken
    }

    /// Queues some. What becomes of them is known when all are settled: only if some have failed, each is asked after.
    async fn queue(&mut self, pusher: &Pusher, failed: &AtomicUsize) -> bool {
        let count = self.rng.u64(1..20);
        let numbers = self.begin(count);
        let failed_before = failed.load(Ordering::SeqCst);
        let mut queued = Vec::new();
        for number in numbers {
            match pusher.push_to_view(WALKED, self.push(number)) {
                Ok(receipt) => queued.push((number, receipt)),
                refused => drop(self.note(number, &refused)),
            }
        }
        while pusher.flush(Duration::from_secs(1)).await > 0 {}
        let some_failed = failed.load(Ordering::SeqCst) > failed_before;
        let (mut taken, asks) = (false, self.asks());
        let last = queued.last().map(|(number, _)| *number);
        for (number, receipt) in queued {
            let within = asks.filter(|_| Some(number) == last);
            if !some_failed && within.is_none() {
                taken = self.note(number, &Ok(receipt));
                continue;
            }
            let answer = receipt.confirm(within.unwrap_or(Duration::ZERO)).await;
            taken = match &answer {
                Err(QueryError::Push(
                    error @ PushError::Unavailable(
                        LayerError::NotStored { .. } | LayerError::Unconfirmed { .. },
                    ),
                )) => self.note(number, &Err(error.clone())),
                _ => self.desk.ledger.end(self.number, number, Outcome::Taken),
            };
            if within.is_some() && taken {
                self.note_answer(number, answer);
            }
        }
        taken
    }

    fn post(&mut self) -> bool {
        let Some(addr) = self.desk.server(0) else { return false };
        let number = self.begin(1).start;
        let asks = self.asks();
        let Ok(stream) = TcpStream::connect(addr) else {
            return self.desk.ledger.end(self.number, number, Outcome::Refused);
        };
        let body = json!(self.push(number)).to_string();
        let asked = asks.map(|within| format!("?confirm={}", within.as_millis())).unwrap_or_default();
        let request = format!(
            "POST /djust/push/{WALKED}{asked} HTTP/1.1\r\nHost: {addr}\r\nAuthorization: Bearer {TOKEN}\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let outcome = match exchange(stream, &request, ANSWERED_WITHIN) {
            Ok((200, _, receipt)) => {
                let receipt: Value = serde_json::from_str(&receipt).expect("a receipt");
                if let Some(views) = receipt["views"].as_u64().filter(|_| asks.is_some()) {
                    let views = usize::try_from(views).expect("few");
                    self.desk.ledger.confirmed(self.number, number, Ok(views));
                }
                Outcome::Taken
            }
            Ok((503, _, problem)) if problem.contains("has no effect") => Outcome::Refused,
            Ok((503, ..)) | Err(_) => Outcome::Unknown,
            Ok((status, _, problem)) => {
                let sender = self.number;
                self.desk
                    .ledger
                    .unexpected(format!("push {number} of sender {sender} over HTTP: {status} {problem}"));
                Outcome::Unknown
            }
        };
        self.desk.ledger.end(self.number, number, outcome)
    }

    /// Notes what the sender's processes say, one after the other.
    fn follow_processes(&mut self) {
        let ledger = &self.desk.ledger;
        while let Some(output) = self.desk.start_process(self.number) {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let outcome = match line.as_str() {
                    "begun" => {
                        ledger.begun_elsewhere(self.number);
                        continue;
                    }
                    "taken" => Outcome::Taken,
                    "refused" => Outcome::Refused,
                    "unknown" => Outcome::Unknown,
                    // The process was killed while it spoke.
                    _ => continue,
                };
                ledger.end(self.number, ledger.last(self.number), outcome);
            }
        }
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

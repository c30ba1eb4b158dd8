//! A TCP proxy in front of a server on this machine: a link that is slow, stalls, loses the answers or is cut.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// How often a stalled link looks whether it still is.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A link to a server on this machine.
pub struct Proxy {
    /// Where to connect instead.
    pub addr: SocketAddr,
    shared: Arc<Shared>,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From those who connect to the server.
    Requests,
    /// From the server to those who connect.
    Answers,
}

/// What becomes of the bytes in one direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Flow {
    /// They pass.
    #[default]
    Passes,
    /// They are held until they may pass again, in order. Nothing breaks.
    Stalls,
    /// They are dropped. A connection that has lost some never passes any again in this direction.
    Vanishes,
}

struct Shared {
    settings: Mutex<Settings>,
    over: AtomicBool,
    connections: Mutex<HashMap<u64, [TcpStream; 2]>>,
    opened: AtomicU64,
}

#[derive(Clone)]
struct Settings {
    to: SocketAddr,
    /// In bytes a second for each direction of each connection; 0 is no limit.
    rate: u64,
    delay: Duration,
    requests: Flow,
    answers: Flow,
}

impl Proxy {
    /// Starts a link to a port.
    pub fn start(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("it is bound");
        let settings = Settings {
            to: local(port),
            rate: 0,
            delay: Duration::ZERO,
            requests: Flow::Passes,
            answers: Flow::Passes,
        };
        let shared = Arc::new(Shared {
            settings: Mutex::new(settings),
            over: AtomicBool::new(false),
            connections: Mutex::default(),
            opened: AtomicU64::new(0),
        });
        let accepting = Arc::clone(&shared);
        spawn(move || {
            for from in listener.incoming().map_while(Result::ok) {
                if accepting.over.load(Ordering::Relaxed) {
                    return;
                }
                // A server that is away refuses, and so does the link.
                if let Ok(to) = TcpStream::connect(accepting.settings().to) {
                    accepting.join(from, to);
                }
            }
        });
        Proxy { addr, shared }
    }

    /// The address of a Redis behind it.
    pub fn redis_url(&self) -> String {
        format!("redis://{}", self.addr)
    }

    /// New connections lead to this port.
    pub fn lead_to(&self, port: u16) {
        self.shared.settings().to = local(port);
    }

    /// From now on so many bytes a second pass, in each direction of each connection; 0 is no limit.
    pub fn limit(&self, bytes_a_second: u64) {
        self.shared.settings().rate = bytes_a_second;
    }

    /// From now on whatever passes takes this long.
    pub fn delay(&self, delay: Duration) {
        self.shared.settings().delay = delay;
    }

    /// From now on this becomes of the bytes in this direction.
    pub fn set(&self, way: Way, flow: Flow) {
        let mut settings = self.shared.settings();
        match way {
            Way::Requests => settings.requests = flow,
            Way::Answers => settings.answers = flow,
        }
    }

    /// Cuts all connections; new ones may be made.
    pub fn cut(&self) {
        for connection in self.shared.connections().values().flatten() {
            // It may be gone already.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        self.cut();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.addr);
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

impl Shared {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().expect("nobody panics with it")
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<u64, [TcpStream; 2]>> {
        self.connections.lock().expect("nobody panics with it")
    }

    fn flow(&self, way: Way) -> Flow {
        let settings = self.settings();
        match way {
            Way::Requests => settings.requests,
            Way::Answers => settings.answers,
        }
    }

    fn join(self: &Arc<Self>, from: TcpStream, to: TcpStream) {
        let copy = |stream: &TcpStream| stream.try_clone().expect("there are descriptors left");
        // What is a small packet here is one there.
        let _ = (from.set_nodelay(true), to.set_nodelay(true));
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        self.connections().insert(number, [copy(&from), copy(&to)]);
        let ways = [(copy(&from), copy(&to), Way::Requests), (to, from, Way::Answers)];
        for (source, target, way) in ways {
            let shared = Arc::clone(self);
            spawn(move || {
                shared.pump(&source, &target, way);
                let _ = (source.shutdown(Shutdown::Both), target.shutdown(Shutdown::Both));
                shared.connections().remove(&number);
            });
        }
    }

    fn pump(&self, mut source: &TcpStream, mut target: &TcpStream, way: Way) {
        let (mut chunk, mut has_gap) = ([0; 4_096], false);
        while let Ok(length @ 1..) = source.read(&mut chunk) {
            let Settings { rate, delay, .. } = self.settings().clone();
            if rate > 0 {
                sleep(Duration::from_secs_f64(length as f64 / rate as f64));
            }
            sleep(delay);
            while self.flow(way) == Flow::Stalls && !self.over.load(Ordering::Relaxed) {
                sleep(LOOK_EVERY);
            }
            has_gap |= self.flow(way) == Flow::Vanishes;
            if !has_gap && target.write_all(&chunk[..length]).is_err() {
                return;
            }
        }
    }
}

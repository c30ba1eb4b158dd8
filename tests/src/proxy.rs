//! A TCP proxy that makes a link slow, or cuts it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// A link to a server on this machine.
pub struct Proxy {
    /// Where to connect instead.
    pub addr: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    to: SocketAddr,
    /// In bytes a second for each direction of each connection; 0 is no limit.
    rate: AtomicU64,
    over: AtomicBool,
    connections: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Starts a link to a port.
    pub fn start(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("it is bound");
        let to = SocketAddr::from(([127, 0, 0, 1], port));
        let (rate, over, connections) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::default());
        let shared = Arc::new(Shared { to, rate, over, connections });
        let accepting = Arc::clone(&shared);
        spawn(move || {
            for from in listener.incoming().map_while(Result::ok) {
                if accepting.over.load(Ordering::Relaxed) {
                    return;
                }
                // A server that is away refuses, and so does the link.
                if let Ok(to) = TcpStream::connect(accepting.to) {
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

    /// From now on so many bytes a second pass, in each direction of each connection; 0 is no limit.
    pub fn limit(&self, bytes_a_second: u64) {
        self.shared.rate.store(bytes_a_second, Ordering::Relaxed);
    }

    /// Cuts all connections; new ones may be made.
    pub fn cut(&self) {
        for connection in self.shared.connections.lock().expect("nobody panics with it").drain(..) {
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

impl Shared {
    fn join(self: &Arc<Self>, from: TcpStream, to: TcpStream) {
        let copy = |stream: &TcpStream| stream.try_clone().expect("there are descriptors left");
        let mut connections = self.connections.lock().expect("nobody panics with it");
        connections.extend([copy(&from), copy(&to)]);
        for (source, target) in [(copy(&from), copy(&to)), (to, from)] {
            let shared = Arc::clone(self);
            spawn(move || shared.pump(source, target));
        }
    }

    fn pump(&self, mut source: TcpStream, mut target: TcpStream) {
        let mut chunk = [0; 4_096];
        while let Ok(length @ 1..) = source.read(&mut chunk) {
            let rate = self.rate.load(Ordering::Relaxed);
            if rate > 0 {
                sleep(Duration::from_secs_f64(length as f64 / rate as f64));
            }
            if target.write_all(&chunk[..length]).is_err() {
                break;
            }
        }
        let _ = (source.shutdown(Shutdown::Both), target.shutdown(Shutdown::Both));
    }
}

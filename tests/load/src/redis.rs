//! A redis-server on a free port, which ends with the value.

use crate::Result;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long it may take to start.
const START_TIME: Duration = Duration::from_secs(10);

/// A running Redis that keeps nothing.
pub struct Redis {
    process: Child,
    port: u16,
}

impl Redis {
    /// Starts it on the clients' CPUs: it isn't part of the server that is measured.
    ///
    /// # Errors
    /// redis-server is missing.
    pub fn start() -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let process = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("redis-server: {error} (apt-get install redis-server)"))?;
        let redis = Redis { process, port };
        let limit = Instant::now() + START_TIME;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > limit {
                return Err("redis-server doesn't listen".into());
            }
            sleep(Duration::from_millis(10));
        }
        Ok(redis)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

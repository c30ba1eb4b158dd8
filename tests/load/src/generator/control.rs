//! Requests for pushes and statistics, over one connection that is kept.

use crate::Result;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Servers close a connection that was idle for 5 s.
const IDLE_LIMIT: Duration = Duration::from_secs(2);

/// How long an answer may take: callgrind slows a server down by fifty times.
const TIMEOUT: Duration = Duration::from_secs(300);

/// A connection for requests; it blocks.
pub struct Control {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
    /// When the last request was sent: the server's time begins with its answer, which may have been
    /// there long before it was read.
    used: Instant,
    /// Answers that weren't read yet.
    pending: usize,
}

impl Control {
    /// Makes one that connects when it is used.
    pub fn new(address: SocketAddr) -> Self {
        Control { address, connection: None, used: Instant::now(), pending: 0 }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// The server can't be reached.
    pub fn send(&mut self, path: &str) -> Result<()> {
        if self.pending == 0 && self.used.elapsed() > IDLE_LIMIT {
            self.connection = None;
        }
        self.used = Instant::now();
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                let stream = TcpStream::connect(self.address)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(TIMEOUT))?;
                none.insert(BufReader::new(stream))
            }
        };
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        connection.get_mut().write_all(request.as_bytes())?;
        self.pending += 1;
        Ok(())
    }

    /// Reads the body of the next answer.
    ///
    /// # Errors
    /// It isn't a success, or doesn't come.
    pub fn receive(&mut self) -> Result<Value> {
        let connection = self.connection.as_mut().ok_or("nothing was requested")?;
        let body = read_response(connection)?;
        self.pending -= 1;
        Ok(serde_json::from_slice(&body)?)
    }

    /// Asks the server for its statistics.
    ///
    /// # Errors
    /// The server doesn't answer.
    pub fn stats(&mut self) -> Result<Value> {
        self.send("/stats")?;
        self.receive()
    }

    /// Asks the server how many views, or sockets, it has.
    ///
    /// # Errors
    /// The server doesn't answer.
    pub fn live_views(&mut self) -> Result<usize> {
        let stats = self.stats()?;
        stats["live"]
            .as_u64()
            .map(|live| live as usize)
            .ok_or_else(|| format!("no live views in {stats}").into())
    }
}

/// Reads an answer whose length is given.
fn read_response(reader: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let mut length = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err("the server has closed the connection".into());
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = Some(value.trim().parse()?);
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length.ok_or("an answer without content-length")?];
    reader.read_exact(&mut body)?;
    if status.split(' ').nth(1) == Some("200") {
        return Ok(body);
    }
    Err(format!("{}: {}", status.trim_end(), String::from_utf8_lossy(&body)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_one_after_the_other() {
        let mut answers = &b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ndate: now\r\n\r\n{}HTTP/1.1 503 No\r\ncontent-length: 4\r\n\r\nbusy"[..];
        assert_eq!(read_response(&mut answers).unwrap(), b"{}");
        assert_eq!(read_response(&mut answers).unwrap_err().to_string(), "HTTP/1.1 503 No: busy");
        assert!(read_response(&mut answers).is_err());
    }
}

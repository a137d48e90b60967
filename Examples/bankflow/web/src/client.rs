//! An HTTP/1.1 client on one connection. It repeats nothing.

use crate::body;
use crate::connection::{Connection, invalid};
use crate::head::{self, Framing, Headers};
use crate::pool::Pooled;
use crate::resolver;
use crate::stop::{self, Event};
use std::io;
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(2);
const ANSWER: Duration = Duration::from_secs(10);

pub struct Answer {
    pub status: u16,
    pub headers: Headers,
    pub body: Vec<u8>,
    /// Whether another request may follow on the same connection.
    pub keep_alive: bool,
}

pub struct Client {
    connection: Connection,
    host: String,
}

impl Client {
    /// Connects to a host, with its port, as `api:8080`.
    pub fn connect(host: &str) -> io::Result<Self> {
        let stream = connect(host, CONNECT)?;
        stream.set_read_timeout(Some(ANSWER))?;
        stream.set_write_timeout(Some(ANSWER))?;
        Ok(Client {
            connection: Connection::new(stream),
            host: host.to_string(),
        })
    }

    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        self.connection.write(&[request.as_bytes(), body].concat())?;
        self.read()
    }

    fn read(&mut self) -> io::Result<Answer> {
        let end = loop {
            match head::end(self.connection.buffered()) {
                Some(end) => break end,
                None if self.connection.buffered().len() > head::LIMIT => return Err(invalid("the head is too long")),
                None => self.connection.fill()?,
            }
        };
        let malformed = || invalid("the answer is malformed");
        let (first, headers) = head::parse(&self.connection.take(end)).ok_or_else(malformed)?;
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(malformed)?;
        let framing = head::framing(&headers)
            .filter(|framing| *framing != Framing::None)
            .ok_or_else(malformed)?;
        let body = body::read(&mut self.connection, framing)?;
        Ok(Answer {
            status,
            keep_alive: !headers.has_token("connection", "close"),
            headers,
            body,
        })
    }
}

impl Pooled for Client {
    fn is_stale(&self) -> bool {
        has_input(&self.connection.stream) || !self.connection.buffered().is_empty()
    }
}

/// Whether something has arrived, or the peer has closed, on a connection where nothing was asked.
pub fn has_input(stream: &TcpStream) -> bool {
    stop::wait(Some(stream.as_raw_fd()), Some(Duration::ZERO)) == Event::Readable
}

/// Connects to the first address that answers.
pub fn connect(host: &str, limit: Duration) -> io::Result<TcpStream> {
    let mut failure = io::Error::new(io::ErrorKind::NotFound, format!("{host} has no address"));
    for address in resolver::resolve(host)? {
        match TcpStream::connect_timeout(&address, limit) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// One GET on a connection of its own.
pub fn get(host: &str, path: &str) -> io::Result<Answer> {
    Client::connect(host)?.send("GET", path, &[("Connection", "close")], &[])
}

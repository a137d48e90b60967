//! A response, and how it is written.

use crate::settings::Settings;
use std::io::{self, Write};
use std::net::TcpStream;

type Stream = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()>>;
type Upgrade = Box<dyn FnOnce(TcpStream) -> io::Result<()>>;

pub enum Body {
    Bytes(Vec<u8>),
    /// Written piece by piece, each `write` as one chunk.
    Stream(Stream),
    /// The connection leaves HTTP, as for a WebSocket.
    Upgrade(Upgrade),
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

impl Response {
    pub fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Response {
            status,
            headers: vec![("Content-Type", kind.to_string())],
            body: Body::Bytes(body.into()),
        }
    }

    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body.into())
    }

    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "application/json", body.into())
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        // A header of ours may hold what another server sent.
        let value = value.into().replace(['\r', '\n'], " ");
        self.headers.push((name, value));
        self
    }

    /// The first line and all headers, up to the empty line.
    pub(crate) fn head(&self, settings: &Settings, keep_alive: bool) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!(
            "X-Version: {}\r\nX-Service: {}\r\nX-Instance: {}\r\n",
            settings.version, settings.service, settings.instance
        ));
        match &self.body {
            Body::Bytes(bytes) => head.push_str(&format!("Content-Length: {}\r\n", bytes.len())),
            Body::Stream(_) => head.push_str("Transfer-Encoding: chunked\r\n"),
            Body::Upgrade(_) => return head + "\r\n",
        }
        head + if keep_alive {
            "\r\n"
        } else {
            "Connection: close\r\n\r\n"
        }
    }
}

/// Writes each piece as a chunk.
pub(crate) struct Chunks<'a>(pub &'a mut TcpStream);

impl Chunks<'_> {
    pub fn finish(self) -> io::Result<()> {
        self.0.write_all(b"0\r\n\r\n")
    }
}

impl Write for Chunks<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // An empty chunk would end the body.
        if !bytes.is_empty() {
            let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
            chunk.extend_from_slice(bytes);
            chunk.extend_from_slice(b"\r\n");
            self.0.write_all(&chunk)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        426 => "Upgrade Required",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Unknown",
    }
}

//! A connection, and the request that is on it.

use crate::answer::Answer;
use crate::mix::{Kind, Request};
use crate::outcome::{Loss, Outcome};
use crate::wire;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddrV4, TcpStream};
use std::os::fd::{AsRawFd, RawFd};

/// A request that is on its way.
pub struct Exchange {
    pub request: Request,
    pub due: u64,
    pub asked: u64,
    pub deadline: u64,
    bytes: Vec<u8>,
    began: Option<u64>,
    written: usize,
    answer: Answer,
}

pub struct Connection {
    stream: TcpStream,
    pub host: usize,
    pub kind: Kind,
    connected: bool,
    served: u64,
    pub exchange: Option<Exchange>,
}

impl Exchange {
    pub fn new(request: Request, bytes: Vec<u8>, due: u64, asked: u64, deadline: u64) -> Self {
        Exchange {
            request,
            due,
            asked,
            deadline,
            bytes,
            began: None,
            written: 0,
            answer: Answer::new(false),
        }
    }

    pub fn outcome(self, ended: u64, reused: bool, loss: Option<Loss>, reason: String) -> Outcome {
        let complete = self.answer.is_complete();
        let head = self.answer.head;
        let crossed = head
            .behind
            .is_some_and(|behind| !behind.is_empty() && behind != head.version);
        Outcome {
            request: self.request,
            due: self.due,
            began: self.began.unwrap_or(self.asked),
            ended,
            reused,
            status: if complete { head.status } else { 0 },
            version: if complete { head.version } else { String::new() },
            crossed: complete && crossed,
            loss,
            reason,
        }
    }
}

impl Connection {
    pub fn open(host: usize, kind: Kind, address: SocketAddrV4) -> io::Result<Self> {
        Ok(Connection {
            stream: wire::begin_connect(address)?,
            host,
            kind,
            connected: false,
            served: 0,
            exchange: None,
        })
    }

    pub fn fd(&self) -> RawFd {
        self.stream.as_raw_fd()
    }

    pub fn events(&self) -> i16 {
        match &self.exchange {
            Some(exchange) if !self.connected || exchange.written < exchange.bytes.len() => wire::POLLOUT,
            _ => wire::POLLIN,
        }
    }

    /// Whether a request may be written: the peer has neither closed nor said anything.
    pub fn is_usable(&self) -> bool {
        let mut byte = [0u8];
        matches!(self.stream.peek(&mut byte), Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// Whether it had served a request before the one that is on it.
    pub fn is_reused(&self) -> bool {
        self.served > 0
    }

    /// Whether another request may follow the one that was answered.
    pub fn can_stay(&mut self, exchange: &Exchange) -> bool {
        self.served += 1;
        self.kind == Kind::Kept && exchange.answer.head.keep_alive && !exchange.answer.has_excess()
    }

    /// Does what can be done without waiting. `Ok(true)` when the answer is complete.
    pub fn advance(&mut self, now: impl Fn() -> u64) -> Result<bool, (Loss, String)> {
        let Some(exchange) = &mut self.exchange else {
            return Ok(false);
        };
        if !self.connected {
            match self.stream.take_error() {
                Ok(None) => {}
                Ok(Some(error)) | Err(error) => return Err((Loss::Connect, error.to_string())),
            }
            match self.stream.peer_addr() {
                Ok(_) => self.connected = true,
                Err(error) if error.kind() == ErrorKind::NotConnected => return Ok(false),
                Err(error) => return Err((Loss::Connect, error.to_string())),
            }
        }
        while exchange.written < exchange.bytes.len() {
            exchange.began.get_or_insert_with(&now);
            match self.stream.write(&exchange.bytes[exchange.written..]) {
                Ok(count) => exchange.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // The peer may have answered before it closed: what there is to read decides.
                Err(_) => exchange.written = exchange.bytes.len(),
            }
        }
        let mut bytes = [0u8; 16 * 1024];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) if exchange.answer.end() => return Ok(true),
                Ok(0) if exchange.answer.has_begun() => {
                    return Err((Loss::Closed, "in the middle of the answer".into()));
                }
                Ok(0) => return Err((Loss::Closed, "before the answer".into())),
                Ok(count) => {
                    let malformed = |_| (Loss::Malformed, "the answer is not HTTP/1.1".to_string());
                    exchange.answer.feed(&bytes[..count]).map_err(malformed)?;
                    if exchange.answer.is_complete() {
                        return Ok(true);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err((Loss::Closed, error.to_string())),
            }
        }
    }

    /// The status of a complete answer.
    pub fn status(&self) -> u16 {
        self.exchange.as_ref().map_or(0, |exchange| exchange.answer.head.status)
    }
}

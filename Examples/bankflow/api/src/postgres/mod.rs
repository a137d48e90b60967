//! A client of PostgreSQL: protocol 3.0, with parameters and results as text.

mod login;
mod message;
mod scram;
mod sha256;

use crate::url::Url;
use message::{Message, Messages, malformed};
use std::io;
use std::net::TcpStream;
use std::time::Duration;
use web::client;
use web::pool::Pooled;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

pub struct Postgres {
    messages: Messages<TcpStream>,
}

impl Postgres {
    /// Connects, and gives up on a server that says nothing for longer than the limit.
    pub fn connect(url: &Url, limit: Duration) -> io::Result<Self> {
        let stream = client::connect(&url.host, CONNECT)?;
        stream.set_read_timeout(Some(limit))?;
        stream.set_write_timeout(Some(limit))?;
        let mut messages = Messages::new(stream);
        login::log_in(&mut messages, url)?;
        Ok(Postgres { messages })
    }

    /// Runs one statement, and returns its rows. NULL is an empty text: the service has no use for the difference.
    pub fn query(&mut self, statement: &str, parameters: &[&str]) -> io::Result<Vec<Vec<String>>> {
        self.messages.send(&request(statement, parameters))?;
        self.answer(statement)
    }

    /// Runs several statements in one piece.
    pub fn batch(&mut self, statements: &str) -> io::Result<()> {
        self.messages.send(&Message::new(b'Q').text(statements).encode())?;
        self.answer(statements).map(|_| ())
    }

    fn answer(&mut self, statement: &str) -> io::Result<Vec<Vec<String>>> {
        let mut rows = Vec::new();
        let mut failure = None;
        loop {
            let message = self.messages.read()?;
            match message.kind {
                b'D' => rows.push(message.row().ok_or_else(malformed)?),
                b'E' => failure = Some(message.error_in(statement)),
                // Ready for the next statement.
                b'Z' => return failure.map_or(Ok(rows), Err),
                _ => {}
            }
        }
    }
}

impl Pooled for Postgres {
    fn is_stale(&self) -> bool {
        client::has_input(self.messages.stream())
    }
}

/// Parse, Bind, Execute and Sync in one piece, so that a statement is one round trip.
fn request(statement: &str, parameters: &[&str]) -> Vec<u8> {
    let parse = Message::new(b'P').text("").text(statement).short(0);
    let mut bind = Message::new(b'B')
        .text("")
        .text("")
        .short(0)
        .short(parameters.len() as i16);
    for parameter in parameters {
        bind = bind.value(parameter.as_bytes());
    }
    let execute = Message::new(b'E').text("").long(0);
    [parse, bind.short(0), execute, Message::new(b'S')]
        .iter()
        .flat_map(Message::encode)
        .collect()
}

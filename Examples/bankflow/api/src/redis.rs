//! A client of Redis: the protocol RESP2, as far as the service needs it.

use crate::url::Url;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use web::client;
use web::pool::Pooled;

const LIMIT: Duration = Duration::from_secs(5);

pub struct Redis {
    stream: BufReader<TcpStream>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    Text(String),
    Integer(i64),
    Nothing,
}

impl Redis {
    pub fn connect(url: &Url) -> io::Result<Self> {
        let stream = client::connect(&url.host, LIMIT)?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        let mut redis = Redis {
            stream: BufReader::new(stream),
        };
        if !url.password.is_empty() {
            redis.command(&["AUTH", &url.password])?;
        }
        Ok(redis)
    }

    pub fn command(&mut self, words: &[&str]) -> io::Result<Reply> {
        self.stream.get_mut().write_all(&encode(words))?;
        read(&mut self.stream)
    }

    /// The number that a command returns; nothing is 0.
    pub fn integer(&mut self, words: &[&str]) -> io::Result<i64> {
        match self.command(words)? {
            Reply::Integer(number) => Ok(number),
            Reply::Text(text) => text.parse().map_err(|_| malformed()),
            Reply::Nothing => Ok(0),
        }
    }
}

impl Pooled for Redis {
    fn is_stale(&self) -> bool {
        client::has_input(self.stream.get_ref())
    }
}

fn encode(words: &[&str]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
    }
    bytes
}

fn read(stream: &mut impl BufRead) -> io::Result<Reply> {
    let mut line = String::new();
    if stream.take(64 * 1024).read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let line = line.strip_suffix("\r\n").ok_or_else(malformed)?;
    let (kind, rest) = line.split_at_checked(1).ok_or_else(malformed)?;
    match kind {
        "+" => Ok(Reply::Text(rest.to_string())),
        "-" => Err(io::Error::other(format!("redis: {rest}"))),
        ":" => rest.parse().map(Reply::Integer).map_err(|_| malformed()),
        "$" if rest == "-1" => Ok(Reply::Nothing),
        "$" => {
            let length: usize = rest
                .parse()
                .ok()
                .filter(|length| *length < 1 << 20)
                .ok_or_else(malformed)?;
            let mut bytes = vec![0u8; length + 2];
            stream.read_exact(&mut bytes)?;
            bytes.truncate(length);
            String::from_utf8(bytes).map(Reply::Text).map_err(|_| malformed())
        }
        _ => Err(malformed()),
    }
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "redis: the reply is malformed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_commands_and_reads_replies() {
        assert_eq!(encode(&["INCR", "n"]), b"*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n");
        let reply = |text: &str| read(&mut text.as_bytes());
        assert_eq!(reply("+PONG\r\n").unwrap(), Reply::Text("PONG".into()));
        assert_eq!(reply(":-7\r\n").unwrap(), Reply::Integer(-7));
        assert_eq!(reply("$3\r\na\r\n\r\n").unwrap(), Reply::Text("a\r\n".into()));
        assert_eq!(reply("$-1\r\n").unwrap(), Reply::Nothing);
        assert_eq!(reply("-ERR no\r\n").unwrap_err().to_string(), "redis: ERR no");
    }

    #[test]
    fn refuses_cut_and_malformed_replies() {
        for text in ["", "\r\n", "+PONG", ":x\r\n", "$5\r\nabc", "$-2\r\n", "é\r\n", "?\r\n"] {
            assert!(read(&mut text.as_bytes()).is_err(), "{text:?}");
        }
    }
}

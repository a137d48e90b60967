//! Messages of PostgreSQL's protocol: a kind, a length, and what follows.

use std::io::{self, BufReader, Read, Write};

const LARGEST: usize = 64 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// 0 for the first message of a connection, which has none.
    pub kind: u8,
    pub body: Vec<u8>,
}

impl Message {
    pub fn new(kind: u8) -> Self {
        Message { kind, body: Vec::new() }
    }

    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes()).bytes(&[0])
    }

    pub fn short(self, number: i16) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    pub fn long(self, number: i32) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    /// Bytes with their length before them.
    pub fn value(self, bytes: &[u8]) -> Self {
        self.long(bytes.len() as i32).bytes(bytes)
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.body.extend_from_slice(bytes);
        self
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.body.len() + 5);
        if self.kind != 0 {
            bytes.push(self.kind);
        }
        bytes.extend_from_slice(&(self.body.len() as i32 + 4).to_be_bytes());
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// The columns of a DataRow.
    pub fn row(&self) -> Option<Vec<String>> {
        let (count, mut rest) = self.body.split_at_checked(2)?;
        let count = u16::from_be_bytes(count.try_into().ok()?);
        let mut columns = Vec::new();
        for _ in 0..count {
            let (length, after) = rest.split_at_checked(4)?;
            let length = i32::from_be_bytes(length.try_into().ok()?).max(0) as usize;
            let (value, after) = after.split_at_checked(length)?;
            columns.push(String::from_utf8(value.to_vec()).ok()?);
            rest = after;
        }
        Some(columns)
    }

    /// An ErrorResponse: its code and its text.
    pub fn error(&self) -> io::Error {
        io::Error::other(format!("postgres: {} ({})", self.field(b'M'), self.field(b'C')))
    }

    /// An ErrorResponse to a statement: also the line that it is about, the detail and the hint.
    pub fn error_in(&self, statement: &str) -> io::Error {
        let mut text = self.error().to_string();
        if let Ok(position @ 1..) = self.field(b'P').parse::<usize>() {
            let before: String = statement.chars().take(position - 1).collect();
            let number = before.matches('\n').count();
            let line = statement.lines().nth(number).unwrap_or_default().trim();
            text.push_str(&format!("\n  line {}: {line}", number + 1));
        }
        for (name, label) in [(b'D', "detail"), (b'H', "hint")] {
            let value = self.field(name);
            if !value.is_empty() {
                text.push_str(&format!("\n  {label}: {value}"));
            }
        }
        io::Error::other(text)
    }

    fn field(&self, name: u8) -> String {
        let fields = self.body.split(|byte| *byte == 0);
        let named = fields
            .filter_map(|field| field.split_first())
            .find(|field| *field.0 == name);
        named.map_or(String::new(), |field| String::from_utf8_lossy(field.1).into_owned())
    }
}

/// Messages over a stream.
pub struct Messages<S> {
    stream: BufReader<S>,
}

impl<S: Read + Write> Messages<S> {
    pub fn new(stream: S) -> Self {
        Messages {
            stream: BufReader::new(stream),
        }
    }

    pub fn stream(&self) -> &S {
        self.stream.get_ref()
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    pub fn read(&mut self) -> io::Result<Message> {
        let mut head = [0u8; 5];
        self.stream.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let length = i32::from_be_bytes(length);
        let length = usize::try_from(length)
            .ok()
            .and_then(|length| length.checked_sub(4))
            .ok_or_else(malformed)?;
        if length > LARGEST {
            return Err(malformed());
        }
        let mut body = vec![0u8; length];
        self.stream.read_exact(&mut body)?;
        Ok(Message { kind, body })
    }
}

pub fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "postgres: a message is malformed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_with_the_length_of_what_follows() {
        assert_eq!(Message::new(b'Q').text("x").encode(), [b'Q', 0, 0, 0, 6, b'x', 0]);
        assert_eq!(Message::new(0).long(1).encode(), [0, 0, 0, 8, 0, 0, 0, 1]);
    }

    #[test]
    fn reads_rows_and_errors() {
        let row = Message::new(b'D').short(2).value(b"ab").long(-1);
        assert_eq!(row.row(), Some(vec!["ab".to_string(), String::new()]));
        assert_eq!(Message::new(b'D').short(1).long(9).bytes(b"cut").row(), None);
        let error = Message::new(b'E')
            .text("SERROR")
            .text("C42P01")
            .text("Mno table")
            .bytes(&[0]);
        assert_eq!(error.error().to_string(), "postgres: no table (42P01)");
        let error = error.text("P10").text("Hmake it");
        let words = "postgres: no table (42P01)\n  line 2: no\n  hint: make it";
        assert_eq!(error.error_in("SELECT 1\n  no\n").to_string(), words);
    }

    #[test]
    fn refuses_impossible_lengths() {
        for length in [0i32, 3, -1, i32::MAX] {
            let mut bytes = vec![b'Z'];
            bytes.extend_from_slice(&length.to_be_bytes());
            assert!(Messages::new(io::Cursor::new(bytes)).read().is_err());
        }
    }
}

//! An answer, read as its bytes arrive.

/// What the head of an answer said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    pub version: String,
    /// The version of the service behind the one that answered, if it said so.
    pub behind: Option<String>,
    pub keep_alive: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Head,
    /// So many bytes are left.
    Length(u64),
    ChunkSize,
    /// So many bytes are left, the end of the chunk's line included.
    Chunk(u64),
    Trailers,
    UntilClose,
    Done,
}

pub struct Answer {
    pub head: Head,
    part: Part,
    buffer: Vec<u8>,
    /// The body, when it is wanted.
    body: Option<Vec<u8>>,
}

/// The answer breaks the protocol.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

const LONGEST_LINE: usize = 64 * 1024;

impl Answer {
    pub fn new(keep_body: bool) -> Self {
        Answer {
            head: Head::default(),
            part: Part::Head,
            buffer: Vec::new(),
            body: keep_body.then(Vec::new),
        }
    }

    pub fn is_complete(&self) -> bool {
        self.part == Part::Done
    }

    /// Whether anything has arrived.
    pub fn has_begun(&self) -> bool {
        self.part != Part::Head || !self.buffer.is_empty()
    }

    /// Bytes after the end: the connection is of no use any more.
    pub fn has_excess(&self) -> bool {
        self.is_complete() && !self.buffer.is_empty()
    }

    pub fn into_body(self) -> Vec<u8> {
        self.body.unwrap_or_default()
    }

    /// The peer has closed; `true` when that ends the answer as it should.
    pub fn end(&mut self) -> bool {
        if self.part == Part::UntilClose {
            self.part = Part::Done;
        }
        self.is_complete()
    }

    /// Takes bytes as they come.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        self.buffer.extend_from_slice(bytes);
        while self.step()? {}
        Ok(())
    }

    /// One part of the answer; `false` when more bytes are needed, or none.
    fn step(&mut self) -> Result<bool, Malformed> {
        match self.part {
            Part::Done => Ok(false),
            Part::Head => {
                let Some(head) = self.until(b"\r\n\r\n")? else {
                    return Ok(false);
                };
                self.part = self.read_head(&head)?;
                Ok(true)
            }
            Part::Length(left) => {
                let left = self.consume(left, 0);
                self.part = if left == 0 { Part::Done } else { Part::Length(left) };
                Ok(left == 0)
            }
            Part::Chunk(left) => {
                let left = self.consume(left, 2);
                self.part = if left == 0 { Part::ChunkSize } else { Part::Chunk(left) };
                Ok(left == 0)
            }
            Part::UntilClose => {
                self.consume(u64::MAX, 0);
                Ok(false)
            }
            Part::ChunkSize => {
                let Some(line) = self.until(b"\r\n")? else {
                    return Ok(false);
                };
                let text = std::str::from_utf8(&line).map_err(|_| Malformed)?;
                let digits = text.split(';').next().unwrap_or_default().trim();
                let size = u64::from_str_radix(digits, 16).map_err(|_| Malformed)?;
                self.part = if size == 0 {
                    Part::Trailers
                } else {
                    Part::Chunk(size.saturating_add(2))
                };
                Ok(true)
            }
            Part::Trailers => {
                let Some(line) = self.until(b"\r\n")? else {
                    return Ok(false);
                };
                if line.is_empty() {
                    self.part = Part::Done;
                }
                Ok(true)
            }
        }
    }

    /// The bytes before a mark, which is taken, too.
    fn until(&mut self, mark: &[u8]) -> Result<Option<Vec<u8>>, Malformed> {
        match self.buffer.windows(mark.len()).position(|window| window == mark) {
            Some(end) => {
                let rest = self.buffer.split_off(end + mark.len());
                let mut line = std::mem::replace(&mut self.buffer, rest);
                line.truncate(end);
                Ok(Some(line))
            }
            None if self.buffer.len() > LONGEST_LINE => Err(Malformed),
            None => Ok(None),
        }
    }

    /// Takes up to so many bytes, whose last `framing` ones are not the body's, and returns how many are left.
    fn consume(&mut self, left: u64, framing: u64) -> u64 {
        let count = left.min(self.buffer.len() as u64);
        let payload = count.min(left.saturating_sub(framing)) as usize;
        if let Some(body) = &mut self.body {
            body.extend_from_slice(&self.buffer[..payload]);
        }
        self.buffer.drain(..count as usize);
        left - count
    }

    fn read_head(&mut self, head: &[u8]) -> Result<Part, Malformed> {
        let text = std::str::from_utf8(head).map_err(|_| Malformed)?;
        let mut lines = text.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let protocol = words
            .next()
            .filter(|word| word.starts_with("HTTP/1."))
            .ok_or(Malformed)?;
        let status = words.next().and_then(|word| word.parse().ok()).ok_or(Malformed)?;
        if (100..200).contains(&status) {
            return Ok(Part::Head);
        }
        self.head = Head {
            status,
            version: String::new(),
            behind: None,
            keep_alive: protocol != "HTTP/1.0",
        };
        let mut part = if status == 204 || status == 304 {
            Part::Done
        } else {
            Part::UntilClose
        };
        for line in lines {
            let (name, value) = line.split_once(':').ok_or(Malformed)?;
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "x-version" => self.head.version = value.to_string(),
                "x-api-version" => self.head.behind = Some(value.to_string()),
                "connection" if value.eq_ignore_ascii_case("close") => self.head.keep_alive = false,
                "content-length" if part == Part::UntilClose => {
                    part = Part::Length(value.parse().map_err(|_| Malformed)?);
                }
                "transfer-encoding" if value.eq_ignore_ascii_case("chunked") => part = Part::ChunkSize,
                _ => {}
            }
        }
        self.head.keep_alive &= part != Part::UntilClose;
        Ok(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fed whole, and byte by byte.
    fn read(text: &str) -> Answer {
        let mut whole = Answer::new(true);
        whole.feed(text.as_bytes()).unwrap();
        let mut slow = Answer::new(true);
        for byte in text.bytes() {
            slow.feed(&[byte]).unwrap();
        }
        assert_eq!(
            (&whole.head, &whole.part, &whole.body),
            (&slow.head, &slow.part, &slow.body)
        );
        whole
    }

    #[test]
    fn ends_with_its_length() {
        let answer = read("HTTP/1.1 200 OK\r\nX-Version: v1\r\nContent-Length: 3\r\n\r\nabc");
        assert!(answer.is_complete() && answer.head.keep_alive && !answer.has_excess());
        assert_eq!((answer.head.status, answer.head.version.as_str()), (200, "v1"));
        assert_eq!(answer.into_body(), b"abc");
        assert!(!read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab").is_complete());
        assert!(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").is_complete());
        assert!(read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab").has_excess());
    }

    #[test]
    fn ends_with_its_last_chunk() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let answer = read(&format!("{head}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n"));
        assert!(answer.is_complete());
        assert_eq!(answer.into_body(), b"abcde");
        assert!(!read(&format!("{head}3\r\nabc\r\n0\r\n")).is_complete());
        assert!(!read(&format!("{head}3\r\nabc")).end());
    }

    #[test]
    fn ends_with_the_connection_when_nothing_else_is_said() {
        let mut answer = read("HTTP/1.1 200 OK\r\n\r\nabc");
        assert!(!answer.is_complete() && !answer.head.keep_alive);
        assert!(answer.end());
        assert!(!read("HTTP/1.1 200 OK\r\n").end());
        assert!(!Answer::new(false).end());
    }

    #[test]
    fn passes_over_interim_answers_and_knows_a_close() {
        let answer =
            read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        assert!(answer.is_complete() && !answer.head.keep_alive);
        assert_eq!(answer.head.status, 503);
    }

    #[test]
    fn refuses_what_is_not_http() {
        for text in [
            "SSH-2.0\r\n\r\n",
            "HTTP/1.1 x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        ] {
            assert_eq!(Answer::new(false).feed(text.as_bytes()), Err(Malformed), "{text}");
        }
    }
}

//! Bodies of messages, of a known length or in chunks.

use crate::connection::{Connection, invalid};
use crate::head::Framing;
use std::io;

/// The largest body that is read.
pub const LIMIT: usize = 8 * 1024 * 1024;

pub fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "the body is too large")
}

pub fn read(connection: &mut Connection, framing: Framing) -> io::Result<Vec<u8>> {
    match framing {
        Framing::None => Ok(Vec::new()),
        Framing::Length(length) if length > LIMIT as u64 => Err(too_large()),
        Framing::Length(length) => connection.exactly(length as usize),
        Framing::Chunked => chunked(connection),
    }
}

fn chunked(connection: &mut Connection) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = chunk_size(&connection.line(1024)?).ok_or_else(|| invalid("a chunk has no size"))?;
        if size == 0 {
            break;
        }
        if size > LIMIT - body.len() {
            return Err(too_large());
        }
        body.extend(connection.exactly(size)?);
        if connection.exactly(2)? != b"\r\n" {
            return Err(invalid("a chunk is longer than it says"));
        }
    }
    // Trailers, up to the empty line.
    while !connection.line(1024)?.is_empty() {}
    Ok(body)
}

/// The size of a chunk; extensions after `;` are ignored.
fn chunk_size(line: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(line).ok()?;
    let digits = text.split(';').next()?.trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    usize::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    fn read_chunked(sent: &[u8]) -> io::Result<Vec<u8>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mut client = TcpStream::connect(listener.local_addr()?)?;
        client.write_all(sent)?;
        drop(client);
        let mut connection = Connection::new(listener.accept()?.0);
        read(&mut connection, Framing::Chunked)
    }

    #[test]
    fn reads_chunks_with_extensions_and_trailers() {
        let body = read_chunked(b"3;name=value\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n").unwrap();
        assert_eq!(body, b"abc0123456789");
    }

    #[test]
    fn refuses_malformed_and_cut_chunks() {
        for sent in [
            "x\r\nabc\r\n0\r\n\r\n",
            "\r\n\r\n",
            "-1\r\n",
            "3\r\nabcdef\r\n",
            "3\r\nab",
            "fffffffffffffffff\r\n",
            "ffffffff\r\n",
        ] {
            assert!(read_chunked(sent.as_bytes()).is_err(), "{sent:?}");
        }
    }
}

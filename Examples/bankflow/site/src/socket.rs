//! A WebSocket (RFC 6455) that echoes what it is told, and says its version each second.

use crate::sha1;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};
use web::stop::{self, Event};
use web::{Body, Request, Response, base64};

const TICK: Duration = Duration::from_secs(1);
const LARGEST: u64 = 1 << 20;
/// The first byte of a frame: whether it is the last one of its message, and its kind.
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

pub fn answer(request: &Request, version: &str) -> Response {
    let headers = &request.headers;
    let Some(key) = headers
        .get("sec-websocket-key")
        .filter(|_| headers.has_token("upgrade", "websocket"))
    else {
        return Response::text(426, "this is a WebSocket\n").with("Upgrade", "websocket");
    };
    let version = version.to_string();
    Response {
        status: 101,
        headers: vec![
            ("Upgrade", "websocket".to_string()),
            ("Connection", "Upgrade".to_string()),
            ("Sec-WebSocket-Accept", accept(key)),
        ],
        body: Body::Upgrade(Box::new(move |stream| converse(stream, &version))),
    }
}

fn accept(key: &str) -> String {
    base64::encode(&sha1::digest(
        format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11").as_bytes(),
    ))
}

fn converse(mut stream: TcpStream, version: &str) -> io::Result<()> {
    let mut next = Instant::now() + TICK;
    let mut ticks = 0;
    loop {
        let left = next.saturating_duration_since(Instant::now());
        match stop::wait(Some(stream.as_raw_fd()), Some(left)) {
            Event::Readable => {
                let (first, payload) = read(&mut stream)?;
                match first {
                    CLOSE => return write(&mut stream, CLOSE, &payload),
                    PING => write(&mut stream, PONG, &payload)?,
                    PONG => {}
                    // A message, or a part of one.
                    _ => write(&mut stream, first, &payload)?,
                }
            }
            // 1001: the server goes away.
            Event::Stopped => return write(&mut stream, CLOSE, &1001u16.to_be_bytes()),
            Event::TimedOut if Instant::now() < next => {}
            Event::TimedOut => {
                ticks += 1;
                next += TICK;
                write(&mut stream, TEXT, format!("tick {ticks} {version}").as_bytes())?;
            }
        }
    }
}

/// A frame: its first byte, and what it holds.
fn read(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0u8; 2];
    stream.read_exact(&mut head)?;
    let length = match head[1] & 127 {
        126 => {
            let mut bytes = [0u8; 2];
            stream.read_exact(&mut bytes)?;
            u16::from_be_bytes(bytes).into()
        }
        127 => {
            let mut bytes = [0u8; 8];
            stream.read_exact(&mut bytes)?;
            u64::from_be_bytes(bytes)
        }
        short => short.into(),
    };
    // A client has to mask its frames.
    if length > LARGEST || head[1] & 128 == 0 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut mask = [0u8; 4];
    stream.read_exact(&mut mask)?;
    let mut payload = vec![0u8; length as usize];
    stream.read_exact(&mut payload)?;
    for (position, byte) in payload.iter_mut().enumerate() {
        *byte ^= mask[position % 4];
    }
    Ok((head[0], payload))
}

fn write(stream: &mut impl Write, first: u8, payload: &[u8]) -> io::Result<()> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..126 => frame.push(length as u8),
        length @ 126..65536 => {
            frame.push(126);
            frame.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            frame.push(127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(payload);
    stream.write_all(&frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_the_key_of_rfc_6455() {
        assert_eq!(accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn reads_the_masked_frame_of_rfc_6455() {
        let frame = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        assert_eq!(read(&mut frame.as_slice()).unwrap(), (TEXT, b"Hello".to_vec()));
    }

    #[test]
    fn refuses_frames_that_are_not_masked_or_cut() {
        assert!(read(&mut [0x81, 0x01, b'x'].as_slice()).is_err());
        assert!(read(&mut [0x81, 0x85, 0x37].as_slice()).is_err());
    }

    #[test]
    fn writes_the_length_as_short_as_it_can_be() {
        let head = |count: usize, length: usize| {
            let mut frame = Vec::new();
            write(&mut frame, TEXT, &vec![0; length]).unwrap();
            frame[..count].to_vec()
        };
        assert_eq!(head(2, 125), [0x81, 125]);
        assert_eq!(head(4, 126), [0x81, 126, 0, 126]);
        assert_eq!(head(10, 65536), [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}

//! A request, read from a connection.

use crate::body;
use crate::connection::Connection;
use crate::head::{self, Headers};
use std::io;

#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Headers,
    pub body: Vec<u8>,
    /// Whether the connection stays open after the answer, as far as the client is concerned.
    pub keep_alive: bool,
}

/// Why there is no request: the status to answer with, or `None` when there is nobody to answer.
pub type Refusal = Option<u16>;

impl Request {
    /// A value of the query, as `bytes` in `?bytes=10`. Nothing that the services take needs decoding.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query_all(name).next()
    }

    pub fn query_all<'a, 'name>(&'a self, name: &'name str) -> impl Iterator<Item = &'a str> + use<'a, 'name> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(move |pair| pair.0 == name).map(|pair| pair.1)
    }

    /// Reads a request whose first bytes have arrived.
    pub(crate) fn read(connection: &mut Connection) -> Result<Self, Refusal> {
        let head_end = loop {
            match head::end(connection.buffered()) {
                Some(end) if end <= head::LIMIT => break end,
                None if connection.buffered().len() <= head::LIMIT => connection.fill().map_err(status)?,
                _ => return Err(Some(431)),
            }
        };
        let (first, headers) = head::parse(&connection.take(head_end)).ok_or(Some(400))?;
        let (mut request, framing) = Self::parse(&first, headers)?;
        let expects = request.headers.has_token("expect", "100-continue");
        if expects && framing != head::Framing::None && connection.buffered().is_empty() {
            connection.write(b"HTTP/1.1 100 Continue\r\n\r\n").map_err(status)?;
        }
        request.body = body::read(connection, framing).map_err(status)?;
        Ok(request)
    }

    fn parse(first: &str, headers: Headers) -> Result<(Self, head::Framing), Refusal> {
        let words: Vec<&str> = first.split(' ').collect();
        let [method, target, protocol] = words[..] else {
            return Err(Some(400));
        };
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) || !target.starts_with('/') {
            return Err(Some(400));
        }
        let keep_alive = match protocol {
            "HTTP/1.1" => !headers.has_token("connection", "close"),
            "HTTP/1.0" => headers.has_token("connection", "keep-alive"),
            _ if protocol.starts_with("HTTP/") => return Err(Some(505)),
            _ => return Err(Some(400)),
        };
        if protocol == "HTTP/1.1" && headers.get("host").is_none() {
            return Err(Some(400));
        }
        let framing = head::framing(&headers).ok_or(Some(400))?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = Request {
            method: method.to_string(),
            path: path.to_string(),
            query: query.to_string(),
            headers,
            body: Vec::new(),
            keep_alive,
        };
        Ok((request, framing))
    }
}

fn status(error: io::Error) -> Refusal {
    match error.kind() {
        io::ErrorKind::InvalidData => Some(400),
        io::ErrorKind::FileTooLarge => Some(413),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Some(408),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Request, Refusal> {
        let (first, headers) = head::parse(text.as_bytes()).ok_or(Some(400))?;
        Request::parse(&first, headers).map(|parsed| parsed.0)
    }

    #[test]
    fn reads_method_path_and_query() {
        let request = parse("GET /download?bytes=10&seconds=2&id=a&id=b HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/download"));
        assert_eq!(request.query("seconds"), Some("2"));
        assert_eq!(request.query_all("id").collect::<Vec<_>>(), ["a", "b"]);
        assert!(request.keep_alive);
    }

    #[test]
    fn keeps_the_connection_as_the_protocol_and_the_client_say() {
        assert!(
            !parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .unwrap()
                .keep_alive
        );
        assert!(!parse("GET / HTTP/1.0\r\n\r\n").unwrap().keep_alive);
        assert!(
            parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                .unwrap()
                .keep_alive
        );
    }

    #[test]
    fn refuses_what_is_not_a_request() {
        for (text, status) in [
            ("GET /\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\n\r\n", 400),
            ("get / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505),
        ] {
            assert_eq!(parse(text).err(), Some(Some(status)), "{text:?}");
        }
    }
}

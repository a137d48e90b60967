//! The head of a message, of requests and of responses alike: a first line and headers.

/// The longest head that is read.
pub const LIMIT: usize = 32 * 1024;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    fn all<'a, 'name>(&'a self, name: &'name str) -> impl Iterator<Item = &'a str> + use<'a, 'name> {
        let named = move |header: &&(String, String)| header.0.eq_ignore_ascii_case(name);
        self.0.iter().filter(named).map(|header| header.1.as_str())
    }

    /// Whether a comma-separated header names a token, as `Connection: close`.
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        self.all(name)
            .flat_map(|value| value.split(','))
            .any(|part| part.trim().eq_ignore_ascii_case(token))
    }
}

/// How the body of a message is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    None,
    Length(u64),
    Chunked,
}

/// Where the head ends, its empty line included.
pub fn end(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|position| position + 4)
}

/// The first line and the headers; `None` when they are malformed.
pub fn parse(bytes: &[u8]) -> Option<(String, Headers)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines = text.strip_suffix("\r\n\r\n")?.split("\r\n");
    let first = lines.next()?.to_string();
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        if name.is_empty() || !name.bytes().all(is_token) || value.bytes().any(|b| b == b'\n' || b == b'\r') {
            return None;
        }
        headers.push((name.to_string(), value.trim().to_string()));
    }
    Some((first, Headers(headers)))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// How the body is delimited; `None` when the headers contradict each other, as in a smuggled request.
pub fn framing(headers: &Headers) -> Option<Framing> {
    let lengths: Vec<&str> = headers.all("content-length").collect();
    let mut codings = headers.all("transfer-encoding");
    match (codings.next(), lengths.first()) {
        (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") && codings.next().is_none() => {
            Some(Framing::Chunked)
        }
        (Some(_), _) => None,
        (None, Some(length)) => {
            let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
            let agreed = lengths.iter().all(|other| other == length);
            if !digits || !agreed {
                return None;
            }
            length.parse().ok().map(Framing::Length)
        }
        (None, None) => Some(Framing::None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing_of(headers: &str) -> Option<Framing> {
        let (_, headers) = parse(format!("GET / HTTP/1.1\r\n{headers}\r\n").as_bytes())?;
        framing(&headers)
    }

    #[test]
    fn reads_the_first_line_and_headers_whatever_their_case() {
        let (first, headers) = parse(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n\r\n").unwrap();
        assert_eq!(first, "GET / HTTP/1.1");
        assert_eq!(headers.get("HOST"), Some("a"));
        assert!(headers.has_token("connection", "upgrade"));
        assert!(!headers.has_token("connection", "close"));
    }

    #[test]
    fn refuses_malformed_headers() {
        for head in [
            "GET / HTTP/1.1\r\nHost\r\n\r\n",
            "GET /\r\n a: b\r\n\r\n",
            "GET /\r\na b: c\r\n\r\n",
        ] {
            assert_eq!(parse(head.as_bytes()), None, "{head:?}");
        }
        assert_eq!(parse(b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n"), None);
    }

    #[test]
    fn knows_how_a_body_is_delimited() {
        assert_eq!(framing_of(""), Some(Framing::None));
        assert_eq!(framing_of("Content-Length: 12\r\n"), Some(Framing::Length(12)));
        assert_eq!(framing_of("Transfer-Encoding: Chunked\r\n"), Some(Framing::Chunked));
    }

    #[test]
    fn refuses_contradicting_framing() {
        for headers in [
            "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 99999999999999999999\r\n",
        ] {
            assert_eq!(framing_of(headers), None, "{headers:?}");
        }
    }
}

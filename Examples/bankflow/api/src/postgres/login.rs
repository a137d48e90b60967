//! The start of a connection, and the login: without a password, with it in clear text, or with SCRAM-SHA-256.

use super::message::{Message, Messages, malformed};
use super::scram::Scram;
use crate::url::Url;
use std::fs::File;
use std::io::{self, Read, Write};
use web::{base64, settings};

const PROTOCOL: i32 = 3 << 16;

pub fn log_in<S: Read + Write>(messages: &mut Messages<S>, url: &Url) -> io::Result<()> {
    let mut start = Message::new(0)
        .long(PROTOCOL)
        .text("user")
        .text(&url.user)
        .text("database")
        .text(&url.database);
    // As every client of PostgreSQL does.
    for (parameter, variable) in [("options", "PGOPTIONS"), ("application_name", "PGAPPNAME")] {
        start = start.text(parameter).text(&settings::text(variable, ""));
    }
    messages.send(&start.bytes(&[0]).encode())?;
    let mut scram = Scram::new("", &url.password, &nonce()?);
    loop {
        let message = messages.read()?;
        match message.kind {
            b'R' => {
                if let Some(answer) = authenticate(&message.body, url, &mut scram)? {
                    messages.send(&answer.encode())?;
                }
            }
            b'E' => return Err(message.error()),
            b'Z' => return Ok(()),
            _ => {}
        }
    }
}

/// The answer to a request for authentication, if it wants one.
fn authenticate(request: &[u8], url: &Url, scram: &mut Scram) -> io::Result<Option<Message>> {
    let (method, rest) = request.split_at_checked(4).ok_or_else(malformed)?;
    let rest = || std::str::from_utf8(rest).map_err(|_| malformed());
    let answer = Message::new(b'p');
    match method {
        [0, 0, 0, 0] => Ok(None),
        [0, 0, 0, 3] => Ok(Some(answer.text(&url.password))),
        [0, 0, 0, 10] if rest()?.split('\0').any(|name| name == "SCRAM-SHA-256") => Ok(Some(
            answer.text("SCRAM-SHA-256").value(scram.first_message().as_bytes()),
        )),
        [0, 0, 0, 11] => {
            let proof = scram.final_message(rest()?).ok_or_else(malformed)?;
            Ok(Some(answer.bytes(proof.as_bytes())))
        }
        [0, 0, 0, 12] if scram.verify(rest()?) => Ok(None),
        [0, 0, 0, 12] => Err(io::Error::other("postgres: the server does not know the password")),
        other => Err(io::Error::other(format!(
            "postgres: authentication {other:?} is not supported"
        ))),
    }
}

fn nonce() -> io::Result<String> {
    let mut bytes = [0u8; 18];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(base64::encode(&bytes))
}

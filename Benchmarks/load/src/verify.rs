//! What the application executed, against what it answered.

use crate::answer::Answer;
use crate::json::{self, Object};
use crate::options::Verify;
use std::collections::HashMap;
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const AT_ONCE: usize = 1000;
const LIMIT: Duration = Duration::from_secs(30);
const SAMPLES: usize = 20;

pub fn verify(options: &Verify) -> Result<String, Box<dyn Error>> {
    let text = std::fs::read_to_string(&options.ids);
    let text = text.map_err(|error| format!("{}: {error}", options.ids.display()))?;
    let posts: Vec<(&str, bool)> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(id, outcome)| (id, outcome == "answered"))
        .collect();
    let mut executed = HashMap::new();
    for some in posts.chunks(AT_ONCE) {
        let ids: Vec<&str> = some.iter().map(|post| post.0).collect();
        let answer = ask(options, &ids.join("\n"))?;
        executed.extend(read(&answer).ok_or_else(|| format!("this is no answer of BankFlow's api: {answer}"))?);
    }
    let count = |id: &str| executed.get(id).copied().unwrap_or(0);
    let ids = |chosen: &dyn Fn(&(&str, bool)) -> bool| -> Vec<&str> {
        posts.iter().filter(|post| chosen(post)).map(|post| post.0).collect()
    };
    let duplicates = ids(&|post| count(post.0) > 1);
    let missing = ids(&|post| post.1 && count(post.0) == 0);
    let samples = |ids: &[&str]| json::array(ids.iter().take(SAMPLES).map(|id| format!("\"{id}\"")));
    Ok(Object::default()
        .field("posts", posts.len())
        .field("answered", ids(&|post| post.1).len())
        .field("executed", executed.len())
        .field("duplicates", duplicates.len())
        .field("missing", missing.len())
        .field("lostButExecuted", ids(&|post| !post.1 && count(post.0) > 0).len())
        .field("duplicateSamples", samples(&duplicates))
        .field("missingSamples", samples(&missing))
        .build())
}

/// Asks on a connection of its own, once.
fn ask(options: &Verify, ids: &str) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect_timeout(&options.address.into(), LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    let head = format!(
        "POST /executions/has HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        options.host,
        ids.len()
    );
    stream.write_all(&[head.as_bytes(), ids.as_bytes()].concat())?;
    let mut answer = Answer::new(true);
    let mut bytes = [0u8; 16 * 1024];
    while !answer.is_complete() {
        match stream.read(&mut bytes)? {
            0 if answer.end() => {}
            0 => return Err("the api closed the connection before it had answered".into()),
            count => answer
                .feed(&bytes[..count])
                .map_err(|_| "the api's answer is not HTTP/1.1")?,
        }
    }
    let status = answer.head.status;
    let body = String::from_utf8(answer.into_body())?;
    if status == 200 {
        Ok(body)
    } else {
        Err(format!("the api answered {status}: {body}").into())
    }
}

/// `{"executions":[{"id":"a","count":1},…]}`, whose ids hold nothing that would be escaped.
fn read(answer: &str) -> Option<Vec<(String, u64)>> {
    let list = answer.trim().strip_prefix("{\"executions\":[")?.strip_suffix("]}")?;
    let entries = list.split_inclusive('}').map(|entry| {
        let fields = entry
            .trim_start_matches(',')
            .strip_prefix("{\"id\":\"")?
            .strip_suffix('}')?;
        let (id, count) = fields.split_once("\",\"count\":")?;
        Some((id.to_string(), count.parse().ok()?))
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_api_says() {
        let some = r#"{"executions":[{"id":"a","count":1},{"id":"b-2","count":12}]}"#;
        assert_eq!(read(some), Some(vec![("a".to_string(), 1), ("b-2".to_string(), 12)]));
        assert_eq!(read("{\"executions\":[]}\n"), Some(Vec::new()));
        assert_eq!(read(r#"{"error":"no"}"#), None);
    }
}

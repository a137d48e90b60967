//! What the requests are: their hosts in turn, their methods and connections as the percentages say.

use crate::options::Options;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    Get,
    Post,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Kept,
    OneShot,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Kept => "kept",
            Kind::OneShot => "one-shot",
        }
    }
}

#[derive(Clone, Copy)]
pub struct Request {
    pub number: u64,
    /// The index of its host.
    pub host: usize,
    pub method: Method,
    pub kind: Kind,
}

impl Request {
    pub fn new(number: u64, options: &Options) -> Self {
        let chance = scatter(number);
        Request {
            number,
            host: (number % options.hosts.len() as u64) as usize,
            method: if chance % 100 < options.post_percent {
                Method::Post
            } else {
                Method::Get
            },
            kind: if (chance >> 32) % 100 < options.one_shot_percent {
                Kind::OneShot
            } else {
                Kind::Kept
            },
        }
    }

    /// The bytes to send. `run` tells the ids of this run from those of another.
    pub fn encode(&self, options: &Options, run: &str) -> Vec<u8> {
        let (target, body) = match self.method {
            Method::Get => (options.path.as_str(), 0),
            Method::Post => ("/entries", options.body),
        };
        let mut text = format!(
            "{} {target} HTTP/1.1\r\nHost: {}\r\nUser-Agent: load\r\n",
            self.method.name(),
            options.hosts[self.host].name
        );
        if self.kind == Kind::OneShot {
            text.push_str("Connection: close\r\n");
        }
        if self.method == Method::Post {
            let id = self.id(run);
            text.push_str(&format!(
                "X-Request-Id: {id}\r\nContent-Type: text/plain\r\nContent-Length: {body}\r\n"
            ));
        }
        text.push_str("\r\n");
        text.push_str(&".".repeat(body));
        text.into_bytes()
    }

    pub fn id(&self, run: &str) -> String {
        format!("{run}-{}", self.number)
    }
}

/// A number that looks random, always the same for the same number (splitmix64).
fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d049bb133111eb);
    mixed ^ (mixed >> 31)
}

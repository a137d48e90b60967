//! The way to `api`, over kept connections.

use crate::client::{Answer, Client};
use crate::json;
use crate::pool::Pool;
use crate::request::Request;
use crate::response::Response;
use crate::settings;
use std::io;

pub struct Upstream {
    pool: Pool<Client>,
}

impl Upstream {
    /// The api that `API_URL` names.
    pub fn from_environment() -> Result<Self, String> {
        let url = settings::text("API_URL", "http://api:8080");
        let host = url
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/').to_string());
        let host = host
            .filter(|host| !host.contains('/'))
            .ok_or(format!("API_URL={url} is not http://HOST:PORT"))?;
        let host = if host.contains(':') { host } else { host + ":80" };
        Ok(Upstream {
            pool: Pool::new(64, move || Client::connect(&host)),
        })
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        self.pool.with(|client| {
            let answer = client.send(method, path, headers, body)?;
            let keep_alive = answer.keep_alive;
            Ok((answer, keep_alive))
        })
    }

    /// Hands a new entry on to `api`, and its answer back.
    pub fn forward_entry(&self, request: &Request) -> Response {
        let id = request.headers.get("x-request-id").unwrap_or_default();
        relay(self.send("POST", "/entries", &[("X-Request-Id", id)], &request.body))
    }
}

/// The answer of `api` as our own, with the version that gave it.
pub fn relay(answer: io::Result<Answer>) -> Response {
    match answer {
        Ok(answer) => {
            let version = answer.headers.get("x-version").unwrap_or_default().to_string();
            Response::new(answer.status, "application/json", answer.body).with("X-Api-Version", version)
        }
        Err(error) => {
            eprintln!("api: {error}");
            Response::json(
                502,
                format!("{{\"error\":{}}}\n", json::string(&format!("api: {error}"))),
            )
        }
    }
}

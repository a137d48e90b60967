//! The service with a real PostgreSQL and a real Redis: where `DATABASE_URL` and `REDIS_URL` say there are some.
//!
//! `docker compose up --wait postgres redis` has them on a laptop; `ci-stage gate --only test` brings its own.

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");

/// The service, as long as this value.
struct Api(Child, u16);

impl Api {
    fn start() -> io::Result<Self> {
        // Free a moment ago; nobody else is told of it.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Api(command(&[]).env("PORT", port.to_string()).spawn()?, port))
    }

    /// Sends a request, and returns the whole answer.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.1))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: api\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    fn is_ready(&self) -> bool {
        self.ask("GET", "/health", "", "")
            .is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_api"));
    command
        .args(arguments)
        .env("MIGRATIONS", MIGRATIONS)
        .stdin(Stdio::null());
    command
}

#[test]
fn executes_an_entry_in_postgresql_and_counts_it_in_redis() {
    if env::var("DATABASE_URL").is_err() || env::var("REDIS_URL").is_err() {
        eprintln!("DATABASE_URL and REDIS_URL are not set: the stores are not tried");
        return;
    }
    // Twice, since the second time there is nothing left to do.
    for _ in 0..2 {
        assert!(command(&["migrate"]).status().unwrap().success(), "api migrate failed");
    }

    let api = Api::start().unwrap();
    let start = Instant::now();
    while !api.is_ready() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "the service did not become ready"
        );
        thread::sleep(Duration::from_millis(50));
    }
    let id = format!("test-{}-{}", std::process::id(), api.1);
    let answer = api
        .ask("POST", "/entries", &format!("X-Request-Id: {id}\r\n"), "{}")
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let answer = api.ask("GET", &format!("/executions/has?id={id}"), "", "").unwrap();
    assert!(answer.contains(&format!("{{\"id\":\"{id}\",\"count\":1}}")), "{answer}");
}

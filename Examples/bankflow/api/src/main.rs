//! The ledger: records every entry that it executes in PostgreSQL, and counts them in Redis.

mod ledger;
mod migrations;
mod postgres;
mod redis;
mod url;

use ledger::Ledger;
use std::io;
use std::process::ExitCode;
use web::{Request, Response, json};

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("migrate") {
        return migrate();
    }
    web::run("api", |settings| {
        let ledger = Ledger::from_environment(&settings.version)?;
        ledger.prepare()?;
        Ok(Box::new(move |request| {
            answer(&ledger, request).unwrap_or_else(|error| {
                eprintln!("{} {}: {error}", request.method, request.path);
                failure(
                    if error.kind() == io::ErrorKind::InvalidInput {
                        400
                    } else {
                        503
                    },
                    &error.to_string(),
                )
            })
        }))
    })
}

/// `api migrate`: changes the schema of the database as this version wants it, and ends.
fn migrate() -> ExitCode {
    let outcome = ledger::database()
        .map_err(io::Error::other)
        .and_then(|url| migrations::run(&url));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bankflow api migrate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn answer(ledger: &Ledger, request: &Request) -> io::Result<Response> {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "HEAD", "/") => Ok(Response::json(200, "{\"service\":\"api\"}\n")),
        ("GET" | "HEAD", "/health") => {
            ledger.check()?;
            Ok(Response::json(
                200,
                "{\"status\":\"ok\",\"postgres\":\"ok\",\"redis\":\"ok\"}\n",
            ))
        }
        ("GET" | "HEAD", "/entries/count") => {
            let (entries, counter) = ledger.count()?;
            Ok(Response::json(
                200,
                format!("{{\"entries\":{entries},\"counter\":{counter}}}\n"),
            ))
        }
        ("POST", "/entries") => {
            let id = request.headers.get("x-request-id").unwrap_or_default();
            let counter = ledger.execute(id, &request.body)?;
            Ok(Response::json(
                201,
                format!("{{\"id\":{},\"counter\":{counter}}}\n", json::string(id)),
            ))
        }
        ("GET", "/executions") => {
            let since = request.query("since").unwrap_or("0").parse();
            let since = since.map_err(|_| invalid("since is in milliseconds since 1970"))?;
            Ok(executions(ledger.since(since)?))
        }
        ("GET", "/executions/duplicates") => Ok(executions(ledger.duplicates()?)),
        ("GET", "/executions/has") => {
            let ids: Vec<&str> = request.query_all("id").collect();
            Ok(executions(ledger.counts(&ids)?))
        }
        ("POST", "/executions/has") => {
            let text = std::str::from_utf8(&request.body).map_err(|_| invalid("the body is ids, one a line"))?;
            let ids: Vec<&str> = text.lines().collect();
            Ok(executions(ledger.counts(&ids)?))
        }
        _ => Ok(failure(404, "not found")),
    }
}

/// Ids, and how often each was executed.
fn executions(counts: Vec<(String, u64)>) -> Response {
    let entries = counts
        .into_iter()
        .map(|(id, count)| format!("{{\"id\":{},\"count\":{count}}}", json::string(&id)));
    Response::json(200, format!("{{\"executions\":{}}}\n", json::array(entries)))
}

fn failure(status: u16, message: &str) -> Response {
    Response::json(status, format!("{{\"error\":{}}}\n", json::string(message)))
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

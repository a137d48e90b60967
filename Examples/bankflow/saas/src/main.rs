//! The application: everything it shows comes from `api`.

use std::process::ExitCode;
use web::upstream::{Upstream, relay};
use web::{Request, Response};

fn main() -> ExitCode {
    web::run("saas", |_| {
        let api = Upstream::from_environment()?;
        Ok(Box::new(move |request| answer(&api, request)))
    })
}

fn answer(api: &Upstream, request: &Request) -> Response {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "HEAD", "/") => relay(api.send("GET", "/entries/count", &[], &[])),
        ("GET" | "HEAD", "/health") => Response::json(200, "{\"status\":\"ok\"}\n"),
        ("POST", "/entries") => api.forward_entry(request),
        _ => Response::text(404, "not found\n"),
    }
}

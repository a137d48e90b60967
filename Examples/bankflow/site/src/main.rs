//! The public pages, a slow download, and a socket.

mod download;
mod sha1;
mod socket;

use std::process::ExitCode;
use web::settings::Settings;
use web::upstream::Upstream;
use web::{Request, Response};

fn main() -> ExitCode {
    web::run("site", |settings| {
        let api = Upstream::from_environment()?;
        let settings = settings.clone();
        Ok(Box::new(move |request| answer(&settings, &api, request)))
    })
}

fn answer(settings: &Settings, api: &Upstream, request: &Request) -> Response {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "HEAD", "/") => page(settings),
        ("GET" | "HEAD", "/health") => Response::json(200, "{\"status\":\"ok\"}\n"),
        ("GET" | "HEAD", "/download") => download::answer(request),
        ("GET", "/socket") => socket::answer(request, &settings.version),
        ("POST", "/entries") => api.forward_entry(request),
        _ => Response::text(404, "not found\n"),
    }
}

fn page(settings: &Settings) -> Response {
    let html = format!(
        "<!doctype html>\n<title>BankFlow</title>\n<h1>BankFlow</h1>\n<p>Version {}</p>\n",
        settings.version
    );
    Response::new(200, "text/html; charset=utf-8", html)
}

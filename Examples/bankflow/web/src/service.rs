//! The start of a service, the same for all three.

use crate::client;
use crate::fault::Fault;
use crate::server::{Handler, Server};
use crate::settings::{self, Settings};
use crate::stop;
use std::error::Error;
use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

/// Runs a service until SIGTERM, or its `healthcheck` when that is its first argument.
///
/// `prepare` connects to what the service needs, and returns what answers its requests.
pub fn run(service: &'static str, prepare: impl FnOnce(&Settings) -> Result<Box<Handler>, Box<dyn Error>>) -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
        None => start(service, prepare),
        Some("healthcheck") => check(service),
        Some(other) => Err(format!("unknown argument {other}: it takes none, or healthcheck").into()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bankflow {service}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read_settings(service: &'static str) -> Result<(Settings, Fault), Box<dyn Error>> {
    let mut settings = Settings::from_environment(service);
    let fault = Fault::from_environment(service)?;
    if fault == Fault::WrongPort {
        settings.port += 1;
    }
    Ok((settings, fault))
}

fn start(
    service: &'static str,
    prepare: impl FnOnce(&Settings) -> Result<Box<Handler>, Box<dyn Error>>,
) -> Result<ExitCode, Box<dyn Error>> {
    let (settings, fault) = read_settings(service)?;
    stop::listen()?;
    println!("bankflow {service} {} starts", settings.version);
    if fault == Fault::ExitAtOnce {
        eprintln!("bankflow {service}: FAULT=exit-at-once: cannot start");
        return Ok(ExitCode::from(3));
    }
    if let Fault::CrashAfter(time) = fault {
        std::thread::spawn(move || {
            std::thread::sleep(time);
            eprintln!("bankflow {service}: FAULT=crash-after: crashes");
            std::process::exit(1);
        });
    }
    if !stop::sleep(Duration::from_millis(settings::number("BOOT_DELAY_MS", 0))) {
        return Ok(ExitCode::SUCCESS);
    }
    let handler = prepare(&settings)?;
    let listener = TcpListener::bind(("0.0.0.0", settings.port))?;
    println!(
        "bankflow {service} {} listens on port {}",
        settings.version, settings.port
    );
    let server = Server {
        settings,
        fault,
        handler,
    };
    server.serve(listener)?;
    println!("bankflow {service} ends");
    Ok(ExitCode::SUCCESS)
}

/// What the container's health check runs: the image has no other HTTP client.
fn check(service: &'static str) -> Result<ExitCode, Box<dyn Error>> {
    let (settings, fault) = read_settings(service)?;
    let answer = client::get(&format!("127.0.0.1:{}", settings.port), "/health")?;
    let body = String::from_utf8_lossy(&answer.body).trim().to_string();
    println!("{} {body}", answer.status);
    let healthy = answer.status == 200 || fault == Fault::UnhealthyProbe;
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

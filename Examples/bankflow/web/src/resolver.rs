//! Addresses of hosts, which are still known when the name service is away for a moment.
//!
//! Inside a container names are answered by Docker's daemon, and by nobody while it restarts.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a host that was never resolved is waited for: as long as Docker's daemon takes to restart.
const PATIENCE: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(50);

/// The addresses that each host had the last time that it was resolved.
fn known() -> &'static Mutex<HashMap<String, Vec<SocketAddr>>> {
    static KNOWN: OnceLock<Mutex<HashMap<String, Vec<SocketAddr>>>> = OnceLock::new();
    KNOWN.get_or_init(Mutex::default)
}

/// The addresses of a host, as `api:8080`: those of now or, where it cannot be resolved, those of before.
pub fn resolve(host: &str) -> io::Result<Vec<SocketAddr>> {
    resolve_within(host, PATIENCE)
}

fn resolve_within(host: &str, patience: Duration) -> io::Result<Vec<SocketAddr>> {
    let start = Instant::now();
    loop {
        let resolved = host.to_socket_addrs().map(|addresses| addresses.collect::<Vec<_>>());
        let mut known = known().lock().unwrap_or_else(PoisonError::into_inner);
        match resolved {
            Ok(addresses) if !addresses.is_empty() => {
                known.insert(host.to_string(), addresses.clone());
                return Ok(addresses);
            }
            failed => match known.get(host) {
                Some(addresses) => return Ok(addresses.clone()),
                None if start.elapsed() >= patience => return failed,
                None => {}
            },
        }
        drop(known);
        thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_what_a_host_was_when_it_cannot_be_resolved() {
        let address: SocketAddr = "192.0.2.1:80".parse().expect("an address");
        let host = "resolver-test.invalid:80";
        assert!(resolve_within(host, Duration::ZERO).is_err());
        known()
            .lock()
            .expect("the addresses")
            .insert(host.to_string(), vec![address]);
        assert_eq!(resolve(host).expect("the address of before"), [address]);
    }
}

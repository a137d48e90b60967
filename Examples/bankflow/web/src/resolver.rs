//! Addresses of hosts, which are still known when the name service is away for a moment.
//!
//! Inside a container names are answered by Docker's daemon, and by nobody while it restarts.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The addresses that each host had the last time that it was resolved.
fn known() -> &'static Mutex<HashMap<String, Vec<SocketAddr>>> {
    static KNOWN: OnceLock<Mutex<HashMap<String, Vec<SocketAddr>>>> = OnceLock::new();
    KNOWN.get_or_init(Mutex::default)
}

/// The addresses of a host, as `api:8080`: those of now or, where it cannot be resolved, those of before.
pub fn resolve(host: &str) -> io::Result<Vec<SocketAddr>> {
    let resolved = host.to_socket_addrs().map(|addresses| addresses.collect::<Vec<_>>());
    let mut known = known().lock().unwrap_or_else(PoisonError::into_inner);
    match resolved {
        Ok(addresses) if !addresses.is_empty() => {
            known.insert(host.to_string(), addresses.clone());
            Ok(addresses)
        }
        failed => match known.get(host) {
            Some(addresses) => Ok(addresses.clone()),
            None => failed,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_what_a_host_was_when_it_cannot_be_resolved() {
        let address: SocketAddr = "192.0.2.1:80".parse().expect("an address");
        let host = "resolver-test.invalid:80";
        assert!(resolve(host).is_err());
        known()
            .lock()
            .expect("the addresses")
            .insert(host.to_string(), vec![address]);
        assert_eq!(resolve(host).expect("the address of before"), [address]);
    }
}

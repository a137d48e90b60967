//! Faults that tests switch on: `FAULT`, for the service `FAULT_SERVICE` or, when that is empty, for all.

use crate::settings;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// `/health` answers 503; everything else works.
    NeverHealthy,
    /// The process ends with status 3 at its start.
    ExitAtOnce,
    /// The process ends with status 1 after that time.
    CrashAfter(Duration),
    /// That percentage of the requests, except `/health`, is answered with 500.
    ErrorRate(u64),
    /// Connections are accepted and never answered.
    Hang,
    /// The server and its own health check use the port after the one that the Compose file publishes.
    WrongPort,
    /// Healthy for the container's health check, 500 for everybody else who asks `/health`.
    UnhealthyProbe,
}

impl Fault {
    pub fn from_environment(service: &str) -> Result<Self, String> {
        let only = settings::text("FAULT_SERVICE", "");
        if only.is_empty() || only == service {
            Self::parse(&settings::text("FAULT", ""))
        } else {
            Ok(Fault::None)
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let (name, argument) = text.split_once(':').unwrap_or((text, ""));
        match (name, argument.parse::<f64>()) {
            ("", _) => Ok(Fault::None),
            ("never-healthy", _) => Ok(Fault::NeverHealthy),
            ("exit-at-once", _) => Ok(Fault::ExitAtOnce),
            ("crash-after", Ok(seconds)) if (0.0..1e6).contains(&seconds) => {
                Ok(Fault::CrashAfter(Duration::from_secs_f64(seconds)))
            }
            ("error-rate", Ok(percent)) => Ok(Fault::ErrorRate(percent as u64)),
            ("hang", _) => Ok(Fault::Hang),
            ("wrong-port", _) => Ok(Fault::WrongPort),
            ("unhealthy-probe", _) => Ok(Fault::UnhealthyProbe),
            _ => Err(format!("FAULT={text} is none that this program knows")),
        }
    }

    /// The status that takes the place of the answer to a request, if any.
    pub fn status(self, path: &str) -> Option<u16> {
        static ASKED: AtomicU64 = AtomicU64::new(0);
        match (self, path == "/health") {
            (Fault::NeverHealthy, true) => Some(503),
            (Fault::UnhealthyProbe, true) => Some(500),
            (Fault::ErrorRate(percent), false) => {
                // Evenly spread: 37 has no factor in common with 100.
                let number = ASKED.fetch_add(1, Ordering::Relaxed);
                (number * 37 % 100 < percent).then_some(500)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_faults_and_refuses_unknown_ones() {
        assert_eq!(Fault::parse(""), Ok(Fault::None));
        assert_eq!(
            Fault::parse("crash-after:2.5"),
            Ok(Fault::CrashAfter(Duration::from_millis(2500)))
        );
        assert_eq!(Fault::parse("error-rate:20"), Ok(Fault::ErrorRate(20)));
        assert!(Fault::parse("crash-after").is_err());
        assert!(Fault::parse("nonsense").is_err());
    }

    #[test]
    fn an_error_rate_spares_the_health_check_and_hits_its_percentage() {
        let fault = Fault::ErrorRate(20);
        assert_eq!(fault.status("/health"), None);
        let failed = (0..1000).filter(|_| fault.status("/").is_some()).count();
        assert_eq!(failed, 200);
    }
}

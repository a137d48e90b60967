//! Settings from the environment.

use std::env;
use std::fs;

/// What every service reads at its start.
#[derive(Clone, Debug)]
pub struct Settings {
    pub service: &'static str,
    pub version: String,
    pub instance: String,
    pub port: u16,
}

impl Settings {
    pub fn from_environment(service: &'static str) -> Self {
        let instance = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        Settings {
            service,
            version: text("APP_VERSION", "dev"),
            instance: instance.trim().to_string(),
            port: number("PORT", 8080) as u16,
        }
    }
}

/// A variable, or the default when it is not set or empty.
pub fn text(name: &str, default: &str) -> String {
    match env::var(name) {
        Ok(value) if !value.trim().is_empty() => value.trim().to_string(),
        _ => default.to_string(),
    }
}

/// A variable as a number, or the default when it is not one.
pub fn number(name: &str, default: u64) -> u64 {
    text(name, "").parse().unwrap_or(default)
}

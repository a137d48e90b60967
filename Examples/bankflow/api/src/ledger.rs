//! What is recorded, and what can be asked about it.

use crate::migrations;
use crate::postgres::Postgres;
use crate::redis::Redis;
use crate::url::Url;
use std::error::Error;
use std::io;
use std::time::{Duration, Instant};
use web::pool::Pool;
use web::{settings, stop};

const COUNTER: &str = "entries";
/// How long the stores may take to come up, as after a reboot.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long PostgreSQL may take to answer a request.
const LIMIT: Duration = Duration::from_secs(5);

pub struct Ledger {
    database: Url,
    postgres: Pool<Postgres>,
    redis: Pool<Redis>,
    version: String,
}

impl Ledger {
    pub fn from_environment(version: &str) -> Result<Self, String> {
        let database = database()?;
        let cache = settings::text("REDIS_URL", "redis://redis:6379");
        let cache = Url::parse("redis", 6379, &cache).ok_or("REDIS_URL is malformed")?;
        let url = database.clone();
        Ok(Ledger {
            database,
            postgres: Pool::new(12, move || Postgres::connect(&url, LIMIT)),
            redis: Pool::new(12, move || Redis::connect(&cache)),
            version: version.to_string(),
        })
    }

    /// Waits for the stores, and runs the migrations that are left: all of them on a laptop, none after a deploy.
    pub fn prepare(&self) -> Result<(), Box<dyn Error>> {
        let start = Instant::now();
        loop {
            match migrations::run(&self.database).and_then(|()| self.check()) {
                Ok(()) => return Ok(()),
                Err(error) if start.elapsed() > PATIENCE => return Err(error.into()),
                Err(error) => eprintln!("the stores are not ready: {error}"),
            }
            if !stop::sleep(Duration::from_millis(500)) {
                return Err("told to end while it waited for the stores".into());
            }
        }
    }

    /// Whether both stores answer.
    pub fn check(&self) -> io::Result<()> {
        self.rows("SELECT 1", &[])?;
        self.redis
            .with(|connection| connection.command(&["PING"]).map(|_| ((), true)))
    }

    /// Executes an entry, and returns the counter's value.
    pub fn execute(&self, id: &str, body: &[u8]) -> io::Result<i64> {
        check_id(id)?;
        let length = body.len().to_string();
        self.rows(
            "INSERT INTO executions (id, version, body_length) VALUES ($1, $2, $3::bigint)",
            &[id, &self.version, &length],
        )?;
        self.redis
            .with(|connection| connection.integer(&["INCR", COUNTER]).map(|count| (count, true)))
    }

    /// How many entries PostgreSQL has seen, and the counter in Redis.
    pub fn count(&self) -> io::Result<(u64, i64)> {
        let rows = self.rows("SELECT coalesce(max(seq), 0) FROM executions", &[])?;
        let entries = rows.first().and_then(|row| row.first()?.parse().ok());
        let counter = self
            .redis
            .with(|connection| connection.integer(&["GET", COUNTER]).map(|count| (count, true)))?;
        Ok((entries.unwrap_or(0), counter))
    }

    /// What was executed since then, in milliseconds since 1970.
    pub fn since(&self, milliseconds: u64) -> io::Result<Vec<(String, u64)>> {
        let seconds = format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
        let query = "SELECT id, count(*) FROM executions
            WHERE received_at >= to_timestamp($1::float8) GROUP BY id ORDER BY min(seq)";
        Ok(counts(self.rows(query, &[&seconds])?))
    }

    /// What was executed more than once.
    pub fn duplicates(&self) -> io::Result<Vec<(String, u64)>> {
        let query = "SELECT id, count(*) FROM executions GROUP BY id HAVING count(*) > 1 ORDER BY min(seq)";
        Ok(counts(self.rows(query, &[])?))
    }

    /// How often each of these was executed; those that were not are left out.
    pub fn counts(&self, ids: &[&str]) -> io::Result<Vec<(String, u64)>> {
        for id in ids {
            check_id(id)?;
        }
        let array = format!("{{{}}}", ids.join(","));
        let query = "SELECT id, count(*) FROM executions WHERE id = ANY($1::text[]) GROUP BY id";
        Ok(counts(self.rows(query, &[&array])?))
    }

    fn rows(&self, query: &str, parameters: &[&str]) -> io::Result<Vec<Vec<String>>> {
        self.postgres
            .with(|connection| connection.query(query, parameters).map(|rows| (rows, true)))
    }
}

/// Where PostgreSQL is, and who we are there.
pub fn database() -> Result<Url, String> {
    let url = settings::text("DATABASE_URL", "postgres://bankflow:bankflow@postgres:5432/bankflow");
    Url::parse("postgres", 5432, &url).ok_or("DATABASE_URL is malformed".to_string())
}

fn counts(rows: Vec<Vec<String>>) -> Vec<(String, u64)> {
    let pair = |row: Vec<String>| {
        let mut columns = row.into_iter();
        Some((columns.next()?, columns.next()?.parse().ok()?))
    };
    rows.into_iter().filter_map(pair).collect()
}

/// Ids are plain words, so that they need no quotes in an array of PostgreSQL.
fn check_id(id: &str) -> io::Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    if id.is_empty() || id.len() > 128 || id.eq_ignore_ascii_case("null") || !id.bytes().all(plain) {
        return Err(crate::invalid(
            "X-Request-Id has to be 1 to 128 letters, digits, or one of -_.:",
        ));
    }
    Ok(())
}

//! The changes of the database's schema, as files `<version>_<name>.sql`: each is run once, and recorded as sqlx does.

use crate::postgres::Postgres;
use crate::url::Url;
use std::fs;
use std::io;
use std::time::{Duration, Instant};
use web::settings;

struct Migration {
    version: i64,
    name: String,
    sql: String,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version bigint PRIMARY KEY,
    description text NOT NULL,
    installed_on timestamptz NOT NULL DEFAULT now(),
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
)";
/// Any number will do, as long as all versions agree on it.
const LOCK: &str = "SELECT pg_advisory_lock(1874325)";
const LOOK: &str = "SELECT success AND checksum = sha384(convert_to($2, 'UTF8'))
    FROM _sqlx_migrations WHERE version = $1::bigint";
const RECORD: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
    VALUES ($1::bigint, $2, true, sha384(convert_to($3, 'UTF8')), $4::bigint)";
/// How long one statement may take before its connection is given up; the server's own limits are shorter.
const LIMIT: Duration = Duration::from_secs(3600);

/// Runs those that the database does not have yet. The lock and all else end with the connection.
pub fn run(url: &Url) -> io::Result<()> {
    let migrations = read(&settings::text("MIGRATIONS", "/migrations"))?;
    let mut postgres = Postgres::connect(url, LIMIT)?;
    postgres.query(LOCK, &[])?;
    postgres.query(TABLE, &[])?;
    for migration in &migrations {
        apply(&mut postgres, migration)
            .map_err(|error| io::Error::new(error.kind(), format!("{}.sql: {error}", migration.name)))?;
    }
    Ok(())
}

fn read(folder: &str) -> io::Result<Vec<Migration>> {
    let mut migrations = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        // What undoes one is for people.
        if let Some(version) = version(name).filter(|_| !name.ends_with(".down")) {
            let sql = fs::read_to_string(&path)?;
            migrations.push(Migration {
                version,
                name: name.to_string(),
                sql,
            });
        }
    }
    migrations.sort_by_key(|migration| migration.version);
    Ok(migrations)
}

fn version(name: &str) -> Option<i64> {
    name.split_once('_')?.0.parse().ok()
}

fn apply(postgres: &mut Postgres, migration: &Migration) -> io::Result<()> {
    let version = migration.version.to_string();
    let rows = postgres.query(LOOK, &[&version, &migration.sql])?;
    match rows.first().and_then(|row| row.first()).map(String::as_str) {
        Some("t") => return Ok(()),
        Some(_) => return Err(io::Error::other("it is applied already, and not as it is here")),
        None => {}
    }
    let start = Instant::now();
    postgres.query("BEGIN", &[])?;
    postgres.batch(&migration.sql)?;
    let name = migration.name.split_once('_').unwrap_or_default().1;
    let description = name.trim_end_matches(".up").replace('_', " ");
    let time = start.elapsed().as_nanos().to_string();
    postgres.query(RECORD, &[&version, &description, &migration.sql, &time])?;
    postgres.query("COMMIT", &[])?;
    println!("applied {}.sql in {} ms", migration.name, start.elapsed().as_millis());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_version_by_its_name() {
        assert_eq!(version("20260105090000_executions"), Some(20260105090000));
        assert_eq!(version("README"), None);
    }

    #[test]
    fn reads_the_files_in_the_order_of_their_versions() {
        let migrations = read("../migrations").unwrap();
        assert!(!migrations.is_empty());
        assert!(migrations.is_sorted_by_key(|migration| migration.version));
    }
}

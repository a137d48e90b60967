//! URLs of stores: `scheme://user:password@host:port/database`.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    pub user: String,
    pub password: String,
    /// With its port.
    pub host: String,
    pub database: String,
}

impl Url {
    pub fn parse(scheme: &str, port: u16, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(scheme)?.strip_prefix("://")?;
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        if host.is_empty() {
            return None;
        }
        Some(Url {
            user: decode(user)?,
            password: decode(password)?,
            host: if host.contains(':') {
                host.to_string()
            } else {
                format!("{host}:{port}")
            },
            database: decode(database.split('?').next()?)?,
        })
    }
}

/// Without percent-encoding.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = (rest.next()? as char).to_digit(16)?;
            let low = (rest.next()? as char).to_digit(16)?;
            bytes.push((high * 16 + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_login_with_encoded_signs_and_adds_the_port() {
        let url = Url::parse("postgres", 5432, "postgres://bank:p%40ss%2Fw@rd@db/flow?x=1").unwrap();
        assert_eq!((url.user.as_str(), url.password.as_str()), ("bank", "p@ss/w@rd"));
        assert_eq!((url.host.as_str(), url.database.as_str()), ("db:5432", "flow"));
        assert_eq!(Url::parse("redis", 6379, "redis://cache:1").unwrap().host, "cache:1");
    }

    #[test]
    fn refuses_what_is_no_such_url() {
        for text in ["", "http://a", "postgres://", "postgres://a:%zz@b", "postgres://a:%4@b"] {
            assert_eq!(Url::parse("postgres", 1, text), None, "{text}");
        }
    }
}

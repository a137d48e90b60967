//! The command line.

use std::net::{SocketAddr, SocketAddrV4, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

pub const USAGE: &str = "\
usage: load run --address IP:PORT --hosts HOST,... [options]
       load verify --address IP:PORT --host HOST --ids FILE

run sends requests at a fixed rate, whatever the answers do, until the time is up, SIGTERM, SIGINT, or the end of a
pipe on its standard input; then it waits 4 s for answers, and prints a report as JSON.
  --address IP:PORT       where to connect; HOST@IP:PORT in --hosts does so for one host
  --hosts HOST,...        names for the Host header, taken in turn
  --rate N                requests a second, in all (500)
  --seconds N             how long (10)
  --connections N         kept connections, in all (48); more are opened when all are busy
  --post-percent N        POSTs to /entries, each with its own X-Request-Id; the rest are GETs (30)
  --one-shot-percent N    requests on a connection of their own; the rest are on kept ones (30)
  --path PATH             what GETs ask for (/)
  --body BYTES            the length of a POST's body (256)
  --timeout SECONDS       how long an answer may take (10)
  --versions V,...        the order in which versions are to follow each other; they may come again, as after a
                          rollback. By default the order in which they first answer
  --report FILE           the report, as it is printed
  --timeline FILE         one line a request
  --ids FILE              the ids of all POSTs, and whether they were answered; verify reads them

In the report, `mixed` began after a newer version had answered and got an older one; `crossed` were answered by a
service that had asked one of another version. Times are seconds since 1970.

verify asks an api of BankFlow how often each of the ids was executed: `duplicates` were executed more than once,
`missing` were answered but not executed.";

pub enum Command {
    Run(Options),
    Verify(Verify),
}

pub struct Host {
    pub name: String,
    pub address: SocketAddrV4,
}

pub struct Options {
    pub hosts: Vec<Host>,
    pub rate: f64,
    pub duration: Duration,
    pub connections: usize,
    pub post_percent: u64,
    pub one_shot_percent: u64,
    pub path: String,
    pub body: usize,
    pub timeout: Duration,
    pub versions: Vec<String>,
    pub report: Option<PathBuf>,
    pub timeline: Option<PathBuf>,
    pub ids: Option<PathBuf>,
}

pub struct Verify {
    pub address: SocketAddrV4,
    pub host: String,
    pub ids: PathBuf,
}

/// Values by their flags.
struct Flags(Vec<(String, String)>);

pub fn parse(arguments: &[String]) -> Result<Command, String> {
    let (command, rest) = arguments.split_first().ok_or("which command?")?;
    let mut flags = Flags(Vec::new());
    for pair in rest.chunks(2) {
        let [flag, value] = pair else {
            return Err(format!("{} needs a value", pair[0]));
        };
        let name = flag.strip_prefix("--").ok_or_else(|| format!("{flag} is no option"))?;
        flags.0.push((name.to_string(), value.clone()));
    }
    let command = match command.as_str() {
        "run" => Command::Run(run(&mut flags)?),
        "verify" => Command::Verify(Verify {
            address: address(&flags.required("address")?)?,
            host: flags.required("host")?,
            ids: flags.required("ids")?.into(),
        }),
        other => return Err(format!("unknown command {other}")),
    };
    match flags.0.first() {
        Some((unknown, _)) => Err(format!("unknown option --{unknown}")),
        None => Ok(command),
    }
}

fn run(flags: &mut Flags) -> Result<Options, String> {
    let common = flags.take("address");
    let mut hosts = Vec::new();
    for host in list(&flags.required("hosts")?) {
        let (name, own) = host
            .split_once('@')
            .map_or((host.as_str(), None), |(name, own)| (name, Some(own)));
        let target = own
            .or(common.as_deref())
            .ok_or_else(|| format!("{name} has no address: give --address"))?;
        hosts.push(Host {
            name: name.to_string(),
            address: address(target)?,
        });
    }
    let options = Options {
        hosts,
        rate: flags.number("rate", 500.0)?,
        duration: Duration::from_secs_f64(flags.number("seconds", 10.0)?),
        connections: flags.number("connections", 48.0)? as usize,
        post_percent: flags.number("post-percent", 30.0)? as u64,
        one_shot_percent: flags.number("one-shot-percent", 30.0)? as u64,
        path: flags.take("path").unwrap_or("/".to_string()),
        body: flags.number("body", 256.0)? as usize,
        timeout: Duration::from_secs_f64(flags.number("timeout", 10.0)?),
        versions: flags.take("versions").as_deref().map(list).unwrap_or_default(),
        report: flags.take("report").map(PathBuf::from),
        timeline: flags.take("timeline").map(PathBuf::from),
        ids: flags.take("ids").map(PathBuf::from),
    };
    if options.hosts.is_empty() || options.rate <= 0.0 {
        return Err("there has to be a host, and a rate above 0".to_string());
    }
    Ok(options)
}

impl Flags {
    fn take(&mut self, name: &str) -> Option<String> {
        let position = self.0.iter().position(|flag| flag.0 == name)?;
        Some(self.0.remove(position).1)
    }

    fn required(&mut self, name: &str) -> Result<String, String> {
        self.take(name).ok_or_else(|| format!("--{name} is missing"))
    }

    fn number(&mut self, name: &str, default: f64) -> Result<f64, String> {
        match self.take(name) {
            None => Ok(default),
            Some(text) => match text.parse() {
                Ok(number) if (0.0..1e9).contains(&number) => Ok(number),
                _ => Err(format!("--{name} {text} is no number from 0 on")),
            },
        }
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(str::to_string)
        .collect()
}

fn address(text: &str) -> Result<SocketAddrV4, String> {
    let found = text.to_socket_addrs().map_err(|error| format!("{text}: {error}"))?;
    let first = found.into_iter().find_map(|address| match address {
        SocketAddr::V4(address) => Some(address),
        SocketAddr::V6(_) => None,
    });
    first.ok_or_else(|| format!("{text} has no IPv4 address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(text: &str) -> Result<Command, String> {
        parse(&text.split(' ').map(str::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn reads_hosts_with_addresses_of_their_own() {
        let command = parse_text("run --address 127.0.0.1:80 --hosts a,b@127.0.0.2:8080 --rate 20");
        let Ok(Command::Run(options)) = command else { panic!() };
        let ports: Vec<u16> = options.hosts.iter().map(|host| host.address.port()).collect();
        assert_eq!(ports, [80, 8080]);
        assert_eq!(options.hosts[1].name, "b");
    }

    #[test]
    fn refuses_unknown_options_missing_values_and_bad_numbers() {
        for text in [
            "go",
            "run",
            "run --hosts a",
            "run --hosts a@127.0.0.1:80 --rate",
            "run --hosts a@127.0.0.1:80 --rate x",
            "run --hosts a@127.0.0.1:80 --rate 0",
            "run --hosts a@127.0.0.1:80 --nonsense 1",
        ] {
            assert!(parse_text(text).is_err(), "{text}");
        }
    }
}

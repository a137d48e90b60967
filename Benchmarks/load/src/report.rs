//! The report, and the files that are written on the way.

use crate::gaps::Gaps;
use crate::json::{self, Object};
use crate::mix::Method;
use crate::options::Options;
use crate::outcome::Outcome;
use crate::tally::Tally;
use crate::versions::Versions;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const SAMPLES: usize = 20;

/// When a version answered. Times are microseconds since the start of the run.
struct Seen {
    version: String,
    answers: u64,
    first_start: u64,
    last_start: u64,
    first_answer: u64,
}

pub struct Report {
    /// Seconds since 1970 at the start of the run.
    wall: f64,
    all: Tally,
    by_method: BTreeMap<&'static str, Tally>,
    by_kind: BTreeMap<&'static str, Tally>,
    by_host: Vec<(String, Tally, Gaps)>,
    gaps: Gaps,
    versions: Versions,
    seen: Vec<Seen>,
    mixed: u64,
    crossed: u64,
    /// GETs that no service answered: lost by the edge, and not by a service that got no answer from another one.
    gets_lost_by_the_edge: u64,
    lost_samples: Vec<String>,
    mixed_samples: Vec<String>,
    closed_idle: u64,
    latest: u64,
    timeline: Option<BufWriter<File>>,
    ids: Option<BufWriter<File>>,
    path: Option<PathBuf>,
}

impl Report {
    pub fn new(options: &Options, wall: f64) -> Result<Self, Box<dyn Error>> {
        let mut timeline = create(options.timeline.as_deref())?;
        if let Some(file) = &mut timeline {
            writeln!(
                file,
                "number\tdue\tbegan\tended\thost\tmethod\tkind\treused\tstatus\tversion\tloss"
            )?;
        }
        let host = |host: &crate::options::Host| (host.name.clone(), Tally::default(), Gaps::default());
        Ok(Report {
            wall,
            all: Tally::default(),
            by_method: BTreeMap::new(),
            by_kind: BTreeMap::new(),
            by_host: options.hosts.iter().map(host).collect(),
            gaps: Gaps::default(),
            versions: Versions::new(options.versions.clone()),
            seen: Vec::new(),
            mixed: 0,
            crossed: 0,
            gets_lost_by_the_edge: 0,
            lost_samples: Vec::new(),
            mixed_samples: Vec::new(),
            closed_idle: 0,
            latest: 0,
            timeline,
            ids: create(options.ids.as_deref())?,
            path: options.report.clone(),
        })
    }

    /// A kept connection was closed by the server while no request was on it.
    pub fn closed_idle(&mut self) {
        self.closed_idle += 1;
    }

    pub fn record(&mut self, outcome: &Outcome, options: &Options, run: &str) -> Result<(), Box<dyn Error>> {
        let request = outcome.request;
        self.all.add(outcome);
        self.by_method.entry(request.method.name()).or_default().add(outcome);
        self.by_kind.entry(request.kind.name()).or_default().add(outcome);
        let host = &mut self.by_host[request.host];
        host.1.add(outcome);
        if outcome.loss.is_none() {
            self.gaps.mark(outcome.ended);
            host.2.mark(outcome.ended);
        } else if request.method.name() == "GET" && outcome.version.is_empty() {
            self.gets_lost_by_the_edge += 1;
        }
        if outcome.loss.is_some() && self.lost_samples.len() < SAMPLES {
            self.lost_samples.push(self.describe(outcome, options));
        }
        self.latest = self.latest.max(outcome.began.saturating_sub(outcome.due));
        self.crossed += u64::from(outcome.crossed);
        if !outcome.version.is_empty() {
            self.see(outcome);
            if !self.versions.answered(&outcome.version, outcome.began, outcome.ended) {
                self.mixed += 1;
                if self.mixed_samples.len() < SAMPLES {
                    self.mixed_samples.push(self.describe(outcome, options));
                }
            }
        }
        if let (Some(file), Method::Post) = (&mut self.ids, request.method) {
            writeln!(
                file,
                "{} {}",
                request.id(run),
                if outcome.loss.is_none() { "answered" } else { "lost" }
            )?;
        }
        if let Some(file) = &mut self.timeline {
            let time = |micros: u64| self.wall + micros as f64 / 1e6;
            writeln!(
                file,
                "{}\t{:.6}\t{:.6}\t{:.6}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                request.number,
                time(outcome.due),
                time(outcome.began),
                time(outcome.ended),
                options.hosts[request.host].name,
                request.method.name(),
                request.kind.name(),
                u8::from(outcome.reused),
                outcome.status,
                outcome.version,
                outcome.loss.map_or("", |loss| loss.name()),
            )?;
        }
        Ok(())
    }

    fn see(&mut self, outcome: &Outcome) {
        match self.seen.iter_mut().find(|seen| seen.version == outcome.version) {
            Some(seen) => {
                seen.answers += 1;
                seen.first_start = seen.first_start.min(outcome.began);
                seen.last_start = seen.last_start.max(outcome.began);
            }
            None => self.seen.push(Seen {
                version: outcome.version.clone(),
                answers: 1,
                first_start: outcome.began,
                last_start: outcome.began,
                first_answer: outcome.ended,
            }),
        }
    }

    fn describe(&self, outcome: &Outcome, options: &Options) -> String {
        let request = outcome.request;
        Object::default()
            .field("number", request.number)
            .text("host", &options.hosts[request.host].name)
            .text("method", request.method.name())
            .text("kind", request.kind.name())
            .field("reused", outcome.reused)
            .seconds("began", self.time(outcome.began))
            .seconds("ended", self.time(outcome.ended))
            .field("status", outcome.status)
            .text("version", &outcome.version)
            .text("loss", outcome.loss.map_or("", |loss| loss.name()))
            .text("reason", &outcome.reason)
            .build()
    }

    /// Seconds since 1970.
    fn time(&self, micros: u64) -> f64 {
        self.wall + micros as f64 / 1e6
    }

    /// Writes what is left to write, and returns the report. Requests were sent until then.
    pub fn finish(mut self, sent_until: u64) -> Result<String, Box<dyn Error>> {
        for file in [&mut self.timeline, &mut self.ids].into_iter().flatten() {
            file.flush()?;
        }
        self.gaps.mark(sent_until);
        let versions: Vec<String> = self.seen.iter().map(|seen| self.describe_version(seen)).collect();
        let lost_of = |name| self.by_method.get(name).map_or(0, Tally::lost);
        let (lost_gets, lost_posts) = (lost_of("GET"), lost_of("POST"));
        let hosts = std::mem::take(&mut self.by_host)
            .into_iter()
            .map(|(name, mut tally, mut gaps)| {
                gaps.mark(sent_until);
                let object = tally.describe(Object::default().text("host", &name));
                object.seconds("longestGap", gaps.longest() as f64 / 1e6).build()
            });
        let hosts = json::array(hosts);
        let report = Object::default()
            .seconds("started", self.wall)
            .seconds("seconds", sent_until as f64 / 1e6);
        let report = self
            .all
            .describe(report)
            .field("lostGets", lost_gets)
            .field("lostPosts", lost_posts)
            .field("getsLostByTheEdge", self.gets_lost_by_the_edge)
            .field("mixed", self.mixed)
            .field("crossed", self.crossed)
            .seconds("longestGap", self.gaps.longest() as f64 / 1e6)
            .seconds("longestGapFrom", self.time(self.gaps.from()))
            .field("versions", json::array(versions))
            .field("byMethod", by_name(&mut self.by_method))
            .field("byKind", by_name(&mut self.by_kind))
            .field("byHost", hosts)
            .field("closedWhileIdle", self.closed_idle)
            .seconds("latestStart", self.latest as f64 / 1e6)
            .field("samples", json::array(self.lost_samples))
            .field("mixedSamples", json::array(self.mixed_samples))
            .build();
        if let Some(path) = &self.path {
            std::fs::write(path, format!("{report}\n")).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(report)
    }

    fn describe_version(&self, seen: &Seen) -> String {
        Object::default()
            .text("version", &seen.version)
            .field("answers", seen.answers)
            .seconds("firstStart", self.time(seen.first_start))
            .seconds("lastStart", self.time(seen.last_start))
            .seconds("firstAnswer", self.time(seen.first_answer))
            .build()
    }
}

fn by_name(tallies: &mut BTreeMap<&'static str, Tally>) -> String {
    let add = |object: Object, (name, tally): (&&str, &mut Tally)| {
        object.field(name, tally.describe(Object::default()).build())
    };
    tallies.iter_mut().fold(Object::default(), add).build()
}

fn create(path: Option<&Path>) -> Result<Option<BufWriter<File>>, Box<dyn Error>> {
    let Some(path) = path else { return Ok(None) };
    let file = File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Some(BufWriter::new(file)))
}

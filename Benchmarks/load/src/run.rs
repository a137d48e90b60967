//! The load: one thread, one loop. A request is sent when it is due, whatever became of those before it.

use crate::connection::{Connection, Exchange};
use crate::mix::{Kind, Request};
use crate::options::Options;
use crate::outcome::{Loss, Outcome};
use crate::report::Report;
use crate::wire::{self, PollFd};
use std::collections::VecDeque;
use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::FileTypeExt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long answers are waited for when nothing is sent any more.
const LAST_ANSWERS: u64 = 4_000_000;

struct Load {
    options: Options,
    start: Instant,
    /// The beginning of the ids of this run.
    run: String,
    connections: Vec<Option<Connection>>,
    /// Kept connections without a request, of each host; the one that has waited longest is used first.
    idle: Vec<VecDeque<usize>>,
    report: Report,
}

/// Sends requests until the time is up or it is told to end, and returns the report.
pub fn run(options: Options) -> Result<String, Box<dyn Error>> {
    wire::catch_signals();
    let wall = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let mut load = Load {
        start: Instant::now(),
        run: format!("{:x}-{:x}", wall.as_micros(), std::process::id()),
        connections: Vec::new(),
        idle: vec![VecDeque::new(); options.hosts.len()],
        report: Report::new(&options, wall.as_secs_f64())?,
        options,
    };
    let sent_until = load.send_all()?;
    let end = load.now() + LAST_ANSWERS;
    while load.now() < end && load.in_flight() {
        load.wait(end, None)?;
    }
    load.expire(u64::MAX)?;
    load.report.finish(sent_until)
}

impl Load {
    /// Microseconds since the start.
    fn now(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }

    fn send_all(&mut self) -> Result<u64, Box<dyn Error>> {
        let mut input = pipe_on_standard_input();
        let end = self.options.duration.as_micros() as u64;
        let timeout = self.options.timeout.as_micros() as u64;
        let mut number = 0;
        let mut checked = 0;
        loop {
            let now = self.now();
            if now >= end || wire::signalled() || input.as_mut().is_some_and(has_ended) {
                return Ok(now);
            }
            let mut due = self.due(number);
            while due <= now {
                self.send(number, due, timeout)?;
                number += 1;
                due = self.due(number);
            }
            if now - checked > 20_000 {
                self.expire(now)?;
                checked = now;
            }
            self.wait(due.min(now + 20_000), input.as_ref())?;
        }
    }

    fn due(&self, number: u64) -> u64 {
        (number as f64 * 1e6 / self.options.rate) as u64
    }

    fn send(&mut self, number: u64, due: u64, timeout: u64) -> Result<(), Box<dyn Error>> {
        let request = Request::new(number, &self.options);
        let bytes = request.encode(&self.options, &self.run);
        let now = self.now();
        let exchange = Exchange::new(request, bytes, due, now, now + timeout);
        match self.connection(request) {
            Ok(slot) => {
                if let Some(connection) = &mut self.connections[slot] {
                    connection.exchange = Some(exchange);
                }
                self.advance(slot)
            }
            Err(error) => self.record(exchange.outcome(now, false, Some(Loss::Connect), error.to_string())),
        }
    }

    /// A connection for a request: a new one, or a kept one that waits.
    fn connection(&mut self, request: Request) -> std::io::Result<usize> {
        if request.kind == Kind::Kept && self.kept(request.host) >= self.wanted() {
            while let Some(slot) = self.idle[request.host].pop_front() {
                if self.connections[slot].as_ref().is_some_and(Connection::is_usable) {
                    return Ok(slot);
                }
                // Closed by the server while nothing was asked: that loses nothing.
                self.report.closed_idle();
                self.connections[slot] = None;
            }
        }
        let address = self.options.hosts[request.host].address;
        let connection = Some(Connection::open(request.host, request.kind, address)?);
        match self.connections.iter().position(Option::is_none) {
            Some(slot) => {
                self.connections[slot] = connection;
                Ok(slot)
            }
            None => {
                self.connections.push(connection);
                Ok(self.connections.len() - 1)
            }
        }
    }

    /// How many kept connections to a host are open.
    fn kept(&self, host: usize) -> usize {
        let kept = |connection: &&Connection| connection.kind == Kind::Kept && connection.host == host;
        self.connections.iter().flatten().filter(kept).count()
    }

    /// How many kept connections each host is to have; more are open while all are busy.
    fn wanted(&self) -> usize {
        self.options.connections.div_ceil(self.options.hosts.len())
    }

    /// Waits until a time, and does what can be done meanwhile.
    fn wait(&mut self, until: u64, input: Option<&File>) -> Result<(), Box<dyn Error>> {
        let mut slots = Vec::with_capacity(self.connections.len());
        let mut fds = Vec::with_capacity(self.connections.len() + 1);
        for (slot, connection) in self.connections.iter().enumerate() {
            if let Some(connection) = connection {
                slots.push(slot);
                fds.push(poll(connection.fd(), connection.events()));
            }
        }
        if let Some(input) = input {
            fds.push(poll(input.as_raw_fd(), wire::POLLIN));
        }
        wire::wait(&mut fds, Duration::from_micros(until.saturating_sub(self.now())));
        for (slot, fd) in slots.into_iter().zip(&fds) {
            if fd.revents != 0 {
                self.advance(slot)?;
            }
        }
        Ok(())
    }

    /// Goes on with one connection, as far as it can without waiting.
    fn advance(&mut self, slot: usize) -> Result<(), Box<dyn Error>> {
        let start = self.start;
        let now = move || start.elapsed().as_micros() as u64;
        let (wanted, kept) = (
            self.wanted(),
            self.connections[slot].as_ref().map_or(0, |c| self.kept(c.host)),
        );
        let Some(connection) = &mut self.connections[slot] else {
            return Ok(());
        };
        if connection.exchange.is_none() {
            let host = connection.host;
            if !connection.is_usable() {
                self.report.closed_idle();
                self.idle[host].retain(|idle| *idle != slot);
                self.connections[slot] = None;
            }
            return Ok(());
        }
        let reused = connection.is_reused();
        let (loss, reason) = match connection.advance(now) {
            Ok(false) => return Ok(()),
            Ok(true) => (Loss::of_status(connection.status()), String::new()),
            Err((loss, reason)) => (Some(loss), reason),
        };
        let Some(exchange) = connection.exchange.take() else {
            return Ok(());
        };
        if reason.is_empty() && connection.can_stay(&exchange) && kept <= wanted {
            let host = connection.host;
            self.idle[host].push_back(slot);
        } else {
            self.connections[slot] = None;
        }
        self.record(exchange.outcome(now(), reused, loss, reason))
    }

    /// Gives up what has waited for too long.
    fn expire(&mut self, now: u64) -> Result<(), Box<dyn Error>> {
        for slot in 0..self.connections.len() {
            let Some(connection) = &mut self.connections[slot] else {
                continue;
            };
            let Some(exchange) = connection.exchange.take_if(|exchange| exchange.deadline <= now) else {
                continue;
            };
            let reused = connection.is_reused();
            self.connections[slot] = None;
            let ended = self.now();
            self.record(exchange.outcome(ended, reused, Some(Loss::Timeout), "no answer in time".to_string()))?;
        }
        Ok(())
    }

    fn in_flight(&self) -> bool {
        self.connections
            .iter()
            .flatten()
            .any(|connection| connection.exchange.is_some())
    }

    fn record(&mut self, outcome: Outcome) -> Result<(), Box<dyn Error>> {
        self.report.record(&outcome, &self.options, &self.run)
    }
}

fn poll(fd: i32, events: i16) -> PollFd {
    PollFd { fd, events, revents: 0 }
}

/// Standard input, when it is a pipe or a socket: its end is that of whoever started the load. A terminal or
/// `/dev/null` says nothing.
fn pipe_on_standard_input() -> Option<File> {
    let input = File::from(std::io::stdin().as_fd().try_clone_to_owned().ok()?);
    let kind = input.metadata().ok()?.file_type();
    (kind.is_fifo() || kind.is_socket()).then_some(input)
}

fn has_ended(input: &mut File) -> bool {
    let mut fds = [poll(input.as_raw_fd(), wire::POLLIN)];
    wire::wait(&mut fds, Duration::ZERO);
    let mut bytes = [0u8; 256];
    fds[0].revents != 0 && !matches!(input.read(&mut bytes), Ok(1..))
}

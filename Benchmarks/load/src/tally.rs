//! Counts and times of some of the requests.

use crate::json::Object;
use crate::outcome::{Loss, Outcome};

#[derive(Clone, Default)]
pub struct Tally {
    ok: u64,
    lost: [u64; Loss::ALL.len()],
    /// Microseconds from when it was due to its end, of those that succeeded.
    latencies: Vec<u32>,
}

impl Tally {
    pub fn add(&mut self, outcome: &Outcome) {
        match outcome.loss {
            Some(loss) => self.lost[loss as usize] += 1,
            None => {
                self.ok += 1;
                self.latencies
                    .push((outcome.ended - outcome.due).min(u32::MAX.into()) as u32);
            }
        }
    }

    pub fn lost(&self) -> u64 {
        self.lost.iter().sum()
    }

    /// Its fields, in a report.
    pub fn describe(&mut self, object: Object) -> Object {
        self.latencies.sort_unstable();
        let at = |part: f64| {
            let index = (self.latencies.len() as f64 * part).ceil() as usize;
            let micros = self.latencies.get(index.saturating_sub(1)).copied().unwrap_or(0);
            format!("{:.3}", f64::from(micros) / 1000.0)
        };
        let latency = Object::default()
            .field("p50", at(0.5))
            .field("p99", at(0.99))
            .field("max", at(1.0))
            .build();
        let by = Loss::ALL.iter().fold(Object::default(), |object, loss| {
            object.field(loss.name(), self.lost[*loss as usize])
        });
        object
            .field("sent", self.ok + self.lost())
            .field("ok", self.ok)
            .field("lost", self.lost())
            .field("lostBy", by.build())
            .field("latencyMilliseconds", latency)
    }
}

//! The longest time without a success. Times are microseconds since the start of the run.

#[derive(Clone, Copy, Default)]
pub struct Gaps {
    last: u64,
    longest: u64,
    longest_from: u64,
}

impl Gaps {
    /// A success, or the end of the load.
    pub fn mark(&mut self, time: u64) {
        let gap = time.saturating_sub(self.last);
        if gap > self.longest {
            self.longest = gap;
            self.longest_from = self.last;
        }
        self.last = self.last.max(time);
    }

    pub fn longest(&self) -> u64 {
        self.longest
    }

    /// When the longest one began.
    pub fn from(&self) -> u64 {
        self.longest_from
    }
}

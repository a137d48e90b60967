//! What became of a request.

use crate::mix::Request;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// There was no connection to be had.
    Connect,
    /// The connection ended before the answer did.
    Closed,
    /// The answer was not HTTP.
    Malformed,
    Timeout,
    /// The answer was a 5xx.
    Status5xx,
    /// The answer was a 4xx, or another that is no success.
    StatusOther,
}

impl Loss {
    pub const ALL: [Loss; 6] = [
        Loss::Connect,
        Loss::Closed,
        Loss::Malformed,
        Loss::Timeout,
        Loss::Status5xx,
        Loss::StatusOther,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Loss::Connect => "connect",
            Loss::Closed => "closed",
            Loss::Malformed => "malformed",
            Loss::Timeout => "timeout",
            Loss::Status5xx => "status5xx",
            Loss::StatusOther => "statusOther",
        }
    }

    pub fn of_status(status: u16) -> Option<Self> {
        match status {
            200..300 => None,
            500..600 => Some(Loss::Status5xx),
            _ => Some(Loss::StatusOther),
        }
    }
}

/// Times are microseconds since the start of the run.
pub struct Outcome {
    pub request: Request,
    /// When it was to be sent.
    pub due: u64,
    /// When its first byte was written, or, if none was, when its connection was asked for.
    pub began: u64,
    pub ended: u64,
    /// Whether its connection had served another request before.
    pub reused: bool,
    /// 0 without an answer.
    pub status: u16,
    /// Empty without an answer, or when it did not say.
    pub version: String,
    /// Whether the service that answered had asked one of another version.
    pub crossed: bool,
    pub loss: Option<Loss>,
    /// What the system said about a loss.
    pub reason: String,
}

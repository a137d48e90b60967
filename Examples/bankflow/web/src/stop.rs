//! The end of the process: SIGTERM and SIGINT, as something that can be waited for together with a socket.
//!
//! The signal handler writes one byte into a socket pair that nobody ever reads: from then on its other end is
//! readable, for every thread that polls it.

use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::os::raw::{c_int, c_short, c_ulong, c_void};
use std::os::unix::net::UnixStream;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

const SIGINT: c_int = 2;
const SIGTERM: c_int = 15;
const POLLIN: c_short = 1;

#[repr(C)]
struct PollFd {
    fd: c_int,
    events: c_short,
    revents: c_short,
}

unsafe extern "C" {
    fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
    fn write(fd: c_int, bytes: *const c_void, count: usize) -> isize;
    fn poll(fds: *mut PollFd, count: c_ulong, timeout: c_int) -> c_int;
}

static SIGNALLED: AtomicI32 = AtomicI32::new(-1);
static PAIR: OnceLock<(UnixStream, UnixStream)> = OnceLock::new();

extern "C" fn on_signal(_: c_int) {
    let byte = 1u8;
    // SAFETY: `write` may be called from a signal handler, and the descriptor is never closed.
    unsafe { write(SIGNALLED.load(Ordering::Relaxed), (&raw const byte).cast(), 1) };
}

/// Takes SIGTERM and SIGINT over. As process 1 of a container it would not get them otherwise.
pub fn listen() -> io::Result<()> {
    let pair = UnixStream::pair()?;
    pair.1.set_nonblocking(true)?;
    let pair = PAIR.get_or_init(|| pair);
    SIGNALLED.store(pair.1.as_raw_fd(), Ordering::Relaxed);
    // SAFETY: the handler only calls `write`.
    unsafe {
        signal(SIGTERM, on_signal);
        signal(SIGINT, on_signal);
    }
    Ok(())
}

/// Why a wait ended. What has arrived comes before a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Readable,
    Stopped,
    TimedOut,
}

/// Waits until the socket can be read (or its peer has closed it), the process has to end, or the time is up.
pub fn wait(socket: Option<RawFd>, limit: Option<Duration>) -> Event {
    let stop = PAIR.get().map_or(-1, |pair| pair.0.as_raw_fd());
    // A negative descriptor is skipped by `poll`.
    let mut fds = [socket.unwrap_or(-1), stop].map(|fd| PollFd {
        fd,
        events: POLLIN,
        revents: 0,
    });
    let timeout = limit.map_or(-1, |limit| limit.as_millis().min(i32::MAX as u128) as c_int);
    // SAFETY: the array outlives the call, and its length is given.
    let ready = unsafe { poll(fds.as_mut_ptr(), fds.len() as c_ulong, timeout) };
    if ready > 0 && fds[0].revents != 0 {
        Event::Readable
    } else if ready > 0 {
        Event::Stopped
    } else {
        // A signal ends the wait early: whoever waits looks again.
        Event::TimedOut
    }
}

/// Whether the process has been told to end.
pub fn requested() -> bool {
    wait(None, Some(Duration::ZERO)) == Event::Stopped
}

/// Sleeps, but not beyond the end of the process; `false` when it has to end.
pub fn sleep(duration: Duration) -> bool {
    let until = std::time::Instant::now() + duration;
    loop {
        let left = until.saturating_duration_since(std::time::Instant::now());
        match wait(None, Some(left + Duration::from_millis(1))) {
            Event::Stopped => return false,
            _ if std::time::Instant::now() >= until => return true,
            _ => {}
        }
    }
}

//! The few system calls that `std` does not have: connecting without waiting, `ppoll`, signals. Linux only.

use std::io;
use std::net::{SocketAddrV4, TcpStream};
use std::os::fd::{FromRawFd, RawFd};
use std::os::raw::{c_int, c_long, c_short, c_ulong, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const AF_INET: c_int = 2;
const SOCK_STREAM: c_int = 1;
const SOCK_NONBLOCK: c_int = 0o4000;
const SOCK_CLOEXEC: c_int = 0o2000000;
const EINPROGRESS: i32 = 115;
const SIGINT: c_int = 2;
const SIGTERM: c_int = 15;
pub const POLLIN: c_short = 1;
pub const POLLOUT: c_short = 4;

#[repr(C)]
struct Address {
    family: u16,
    port: [u8; 2],
    address: [u8; 4],
    padding: [u8; 8],
}

#[repr(C)]
pub struct PollFd {
    pub fd: RawFd,
    pub events: c_short,
    pub revents: c_short,
}

#[repr(C)]
struct TimeSpec {
    seconds: c_long,
    nanoseconds: c_long,
}

unsafe extern "C" {
    fn socket(domain: c_int, kind: c_int, protocol: c_int) -> c_int;
    fn connect(fd: c_int, address: *const Address, length: u32) -> c_int;
    fn ppoll(fds: *mut PollFd, count: c_ulong, timeout: *const TimeSpec, mask: *const c_void) -> c_int;
    fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
}

/// Begins to connect. The stream can be written to when it is connected; `take_error` says whether it is.
pub fn begin_connect(target: SocketAddrV4) -> io::Result<TcpStream> {
    let address = Address {
        family: AF_INET as u16,
        port: target.port().to_be_bytes(),
        address: target.ip().octets(),
        padding: [0; 8],
    };
    // SAFETY: a plain call; its result is checked.
    let fd = unsafe { socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor is new, open and nobody else's.
    let stream = unsafe { TcpStream::from_raw_fd(fd) };
    // SAFETY: the address outlives the call, and its length is given.
    if unsafe { connect(fd, &raw const address, size_of::<Address>() as u32) } < 0 {
        let error = io::Error::last_os_error();
        if error.raw_os_error() != Some(EINPROGRESS) {
            return Err(error);
        }
    }
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Waits until something can be done, the time is up, or a signal arrives.
pub fn wait(fds: &mut [PollFd], limit: Duration) {
    let limit = TimeSpec {
        seconds: limit.as_secs() as c_long,
        nanoseconds: limit.subsec_nanos().into(),
    };
    // SAFETY: the slice and the time outlive the call, and the slice's length is given.
    let ready = unsafe {
        ppoll(
            fds.as_mut_ptr(),
            fds.len() as c_ulong,
            &raw const limit,
            std::ptr::null(),
        )
    };
    if ready < 0 {
        fds.iter_mut().for_each(|fd| fd.revents = 0);
    }
}

static STOPPED: AtomicBool = AtomicBool::new(false);

extern "C" fn on_signal(_: c_int) {
    STOPPED.store(true, Ordering::Relaxed);
}

/// SIGTERM and SIGINT end the load, not the process.
pub fn catch_signals() {
    // SAFETY: the handler only stores to an atomic.
    unsafe {
        signal(SIGTERM, on_signal);
        signal(SIGINT, on_signal);
    }
}

pub fn signalled() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

//! The server: a thread for each connection, and an end that loses nothing that has arrived.

use crate::connection::Connection;
use crate::fault::Fault;
use crate::request::Request;
use crate::response::{Body, Chunks, Response};
use crate::settings::Settings;
use crate::stop::{self, Event};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longer than any proxy in front keeps an idle connection, so that it is never us who closes one.
const KEEP_ALIVE: Duration = Duration::from_secs(930);
const READ: Duration = Duration::from_secs(10);
const WRITE: Duration = Duration::from_secs(30);
/// How long requests in flight may go on after SIGTERM: less than the 10 s after which Docker kills.
const GRACE: Duration = Duration::from_secs(9);
const CONNECTIONS: usize = 4096;
const STACK: usize = 256 * 1024;

pub type Handler = dyn Fn(&Request) -> Response + Send + Sync;

pub struct Server {
    pub settings: Settings,
    pub fault: Fault,
    pub handler: Box<Handler>,
}

impl Server {
    /// Serves until the process is told to end, and returns when the requests in flight are answered.
    pub fn serve(self, listener: TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let server = Arc::new(self);
        while !stop::requested() {
            stop::wait(Some(listener.as_raw_fd()), None);
            server.accept(&listener);
        }
        // Who has connected before now is answered, too.
        server.accept(&listener);
        drop(listener);
        let end = Instant::now() + GRACE;
        while Arc::strong_count(&server) > 1 && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Accepts all connections that wait.
    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        loop {
            match listener.accept() {
                // The count of references is that of the connections, for each has one.
                Ok((stream, _)) if Arc::strong_count(self) <= CONNECTIONS => {
                    let server = Arc::clone(self);
                    let thread = std::thread::Builder::new().stack_size(STACK);
                    // Without a thread to be had, the connection is closed.
                    let _ = thread.spawn(move || server.converse(stream));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    eprintln!("accept: {error}");
                    stop::sleep(Duration::from_millis(50));
                    return;
                }
            }
        }
    }

    /// Answers the requests of one connection, one after the other. An error means that the peer is gone.
    fn converse(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(READ))?;
        stream.set_write_timeout(Some(WRITE))?;
        if self.fault == Fault::Hang {
            return hang(stream);
        }
        let mut connection = Connection::new(stream);
        loop {
            let idle = connection.buffered().is_empty();
            let socket = Some(connection.stream.as_raw_fd());
            if idle && stop::wait(socket, Some(KEEP_ALIVE)) != Event::Readable {
                return Ok(());
            }
            let request = match Request::read(&mut connection) {
                Ok(request) => request,
                Err(None) => return Ok(()),
                Err(Some(status)) => return self.refuse(connection, status),
            };
            let response = self.answer(&request);
            let keep_alive = request.keep_alive && !stop::requested();
            let head = response.head(&self.settings, keep_alive);
            match response.body {
                Body::Bytes(_) if request.method == "HEAD" => connection.write(head.as_bytes())?,
                Body::Bytes(bytes) => connection.write(&[head.as_bytes(), &bytes].concat())?,
                Body::Stream(_) if request.method == "HEAD" => connection.write(head.as_bytes())?,
                Body::Stream(stream) => {
                    connection.write(head.as_bytes())?;
                    let mut chunks = Chunks(&mut connection.stream);
                    stream(&mut chunks)?;
                    chunks.finish()?;
                }
                Body::Upgrade(upgrade) => {
                    connection.write(head.as_bytes())?;
                    return upgrade(connection.stream);
                }
            }
            if !keep_alive {
                return Ok(());
            }
        }
    }

    fn answer(&self, request: &Request) -> Response {
        if let Some(status) = self.fault.status(&request.path) {
            return Response::text(status, "switched on by FAULT\n");
        }
        catch_unwind(AssertUnwindSafe(|| (self.handler)(request)))
            .unwrap_or_else(|_| Response::text(500, "the request could not be handled\n"))
    }

    /// Answers what could not be read, and lets the answer arrive before the connection is reset.
    fn refuse(&self, mut connection: Connection, status: u16) -> io::Result<()> {
        let response = Response::text(status, "");
        connection.write(response.head(&self.settings, false).as_bytes())?;
        connection.stream.shutdown(Shutdown::Write)?;
        connection.stream.set_read_timeout(Some(Duration::from_millis(200)))?;
        let mut rest = [0u8; 4096];
        let end = Instant::now() + Duration::from_secs(1);
        while Instant::now() < end && connection.stream.read(&mut rest)? > 0 {}
        Ok(())
    }
}

/// Reads what comes and never answers.
fn hang(mut stream: TcpStream) -> io::Result<()> {
    let mut bytes = [0u8; 4096];
    while stop::wait(Some(stream.as_raw_fd()), None) != Event::Stopped {
        if stream.read(&mut bytes)? == 0 {
            break;
        }
    }
    stream.flush()
}

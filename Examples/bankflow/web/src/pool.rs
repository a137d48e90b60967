//! A pool of connections: at most so many at once, opened when they are needed, dropped when they broke.

use std::io;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What can be pooled.
pub trait Pooled: Sized {
    /// Whether it cannot be used any more: the peer closed it, or said something unasked.
    fn is_stale(&self) -> bool;
}

struct State<C> {
    idle: Vec<(C, Instant)>,
    open: usize,
}

pub struct Pool<C> {
    state: Mutex<State<C>>,
    returned: Condvar,
    limit: usize,
    connect: Box<dyn Fn() -> io::Result<C> + Send + Sync>,
}

/// Longer than this nothing is kept without being used, so that we are the one who closes it.
const IDLE: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(5);

impl<C: Pooled> Pool<C> {
    pub fn new(limit: usize, connect: impl Fn() -> io::Result<C> + Send + Sync + 'static) -> Self {
        Pool {
            state: Mutex::new(State {
                idle: Vec::new(),
                open: 0,
            }),
            returned: Condvar::new(),
            limit,
            connect: Box::new(connect),
        }
    }

    /// Uses a connection. It goes back to the pool when `work` says so with `true` and has not failed.
    pub fn with<T>(&self, work: impl FnOnce(&mut C) -> io::Result<(T, bool)>) -> io::Result<T> {
        let place = self.place()?;
        let mut connection = match self.idle_connection() {
            Some(connection) => connection,
            None => (self.connect)()?,
        };
        let (value, reusable) = work(&mut connection)?;
        if reusable {
            self.lock().idle.push((connection, Instant::now()));
        }
        drop(place);
        Ok(value)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self) -> io::Result<Place<'_, C>> {
        let (mut state, waited) = self
            .returned
            .wait_timeout_while(self.lock(), PATIENCE, |state| state.open >= self.limit)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && state.open >= self.limit {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "all connections are in use"));
        }
        state.open += 1;
        Ok(Place(self))
    }

    fn idle_connection(&self) -> Option<C> {
        loop {
            let (connection, since) = self.lock().idle.pop()?;
            if since.elapsed() < IDLE && !connection.is_stale() {
                return Some(connection);
            }
        }
    }
}

/// One of the connections that may be in use at once.
struct Place<'a, C: Pooled>(&'a Pool<C>);

impl<C: Pooled> Drop for Place<'_, C> {
    fn drop(&mut self) {
        self.0.lock().open -= 1;
        self.0.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    struct Numbered(usize, bool);

    impl Pooled for Numbered {
        fn is_stale(&self) -> bool {
            self.1
        }
    }

    fn pool() -> Pool<Numbered> {
        let opened = Arc::new(AtomicUsize::new(0));
        Pool::new(2, move || Ok(Numbered(opened.fetch_add(1, Ordering::Relaxed), false)))
    }

    #[test]
    fn uses_a_connection_again_unless_it_failed_or_went_stale() {
        let pool = pool();
        let number = |pool: &Pool<Numbered>| pool.with(|c| Ok((c.0, true))).unwrap();
        assert_eq!(number(&pool), 0);
        assert_eq!(number(&pool), 0);
        assert!(pool.with::<()>(|_| Err(io::ErrorKind::BrokenPipe.into())).is_err());
        assert_eq!(number(&pool), 1);
        pool.with(|c| {
            c.1 = true;
            Ok(((), true))
        })
        .unwrap();
        assert_eq!(number(&pool), 2);
    }
}

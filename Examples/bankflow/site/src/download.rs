//! A download that takes its time: `/download?bytes=N&seconds=S`.

use std::time::{Duration, Instant};
use web::{Body, Request, Response};

const STEP: Duration = Duration::from_millis(100);
const MOST_BYTES: u64 = 1 << 30;
const MOST_SECONDS: u64 = 3600;

pub fn answer(request: &Request) -> Response {
    let number = |name, default| {
        request
            .query(name)
            .map_or(Some(default), |text| text.parse::<u64>().ok())
    };
    let (Some(bytes), Some(seconds)) = (number("bytes", 1000), number("seconds", 1)) else {
        return Response::text(400, "bytes and seconds are numbers\n");
    };
    if bytes > MOST_BYTES || seconds > MOST_SECONDS {
        return Response::text(400, "that is too much\n");
    }
    let mut response = Response::new(200, "application/octet-stream", []);
    response.body = Body::Stream(Box::new(move |output| {
        let steps = seconds * 10;
        let start = Instant::now();
        let mut written = 0;
        for step in 1..=steps {
            // From the start on, so that the steps do not add up to more than was asked for.
            let due = STEP * step as u32;
            std::thread::sleep(due.saturating_sub(start.elapsed()));
            write(output, bytes * step / steps - written)?;
            written = bytes * step / steps;
        }
        write(output, bytes - written)
    }));
    response
}

fn write(output: &mut dyn std::io::Write, mut bytes: u64) -> std::io::Result<()> {
    let block = [b'.'; 16 * 1024];
    while bytes > 0 {
        let count = bytes.min(block.len() as u64);
        output.write_all(&block[..count as usize])?;
        bytes -= count;
    }
    Ok(())
}

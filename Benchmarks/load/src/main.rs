//! A load client that repeats nothing: what gets no answer is lost, and is counted.

mod answer;
mod connection;
mod gaps;
mod json;
mod mix;
mod options;
mod outcome;
mod report;
mod run;
mod tally;
mod verify;
mod versions;
mod wire;

use options::Command;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match options::parse(&arguments) {
        Ok(Command::Run(options)) => run::run(options),
        Ok(Command::Verify(options)) => verify::verify(&options),
        Err(error) => {
            eprintln!("load: {error}\n\n{}", options::USAGE);
            return ExitCode::from(64);
        }
    };
    match outcome {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

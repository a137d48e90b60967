//! What the three services share: an HTTP/1.1 server and client, pools, settings and faults. Only `std`.

mod body;
mod connection;
mod head;
mod request;
mod resolver;
mod response;
mod server;
mod service;

pub mod base64;
pub mod client;
pub mod fault;
pub mod json;
pub mod pool;
pub mod settings;
pub mod stop;
pub mod upstream;

pub use request::Request;
pub use response::{Body, Response};
pub use service::run;

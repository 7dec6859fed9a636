//! Metrics in the text format of Prometheus, for whoever asks by HTTP.

mod address;
mod exchange;
mod families;
mod http;
mod page;
mod server;

pub use address::listen_address;
pub use exchange::{Exchange, Taken};
pub use page::{CONTENT_TYPE, names, page};
pub use server::{MetricsServer, ServeError};

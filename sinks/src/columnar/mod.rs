//! Tables as columns: what files and streams of columns share. Records become typed columns ([`rows`]), which have the
//! schema of [`schema`]; a batch of them is an Arrow record batch ([`BatchBuilder`]) or a row group of a Parquet file.

#[cfg(feature = "arrow")]
mod batch;
pub(crate) mod column;
pub(crate) mod rows;
pub(crate) mod schema;
pub(crate) mod table;
pub(crate) mod words;

#[cfg(feature = "arrow")]
pub use batch::{BatchBuilder, BatchError};

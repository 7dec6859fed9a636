//! TCP connections as tcptrace sees them: where they begin and end, windows, what came again or late, round trips. Both tcpTrace and xplot follow them.

pub(crate) mod connection;
pub(crate) mod seen;
pub(crate) mod segment;
pub(crate) mod times;
pub(crate) mod way;

//! Streams from packets to files.

//! Tests of the whole program: they start it as a user does and look at what it leaves behind.
//!
//! `kit` starts it and reads tables and captures; every other module is one subject. The program is
//! built first if it has to be, see `kit::program`; `FLOWZ_BIN` names another one.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "all of this is tests: a panic is how they fail")]
#![allow(clippy::print_stdout, reason = "a test that skips something says so")]

mod active_timeout;
mod alarms;
mod bad_input;
mod big_packets;
mod c_plugin;
mod calls;
mod capture;
mod cli;
mod compatible;
mod contents;
mod continued;
mod contract;
mod datagrams;
mod descriptions;
mod determinism;
mod dns;
mod edits;
mod ends;
mod failures;
mod filter;
mod force;
mod fragments;
mod geo;
mod geo_setup;
mod http;
mod idle;
mod kit;
mod labels;
mod layers;
mod layers_off;
mod ledger;
mod limits;
mod live;
mod mail;
mod measure;
mod measure_bounds;
mod members;
mod memory;
mod monitor;
mod odd_captures;
mod odd_headers;
mod panics;
mod period_names;
mod periods;
mod plugin_kit;
mod plugin_list;
mod prefixes;
mod presets;
mod quic;
mod recording;
mod registry;
mod regressions;
mod related;
mod report_toggles;
mod right;
mod sctp;
mod sessions;
mod shared_objects;
mod signals;
mod slice;
mod snapshots;
mod sound;
mod split;
mod standards;
mod stranger;
mod t2conf;
mod tawk;
mod tcp_reuse;
mod tcp_streams;
mod tcptrace;
mod text_protocols;
mod threads;
mod timeouts;
mod top;
mod transcripts;
mod tshark;
mod tunnel_keys;
mod windows;
mod xpl;

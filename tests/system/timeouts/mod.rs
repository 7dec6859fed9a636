//! Timeouts: where connections split. `tutorial` is tcpWin's walk-through on our capture of zero
//! windows, checked against `model`, which knows the rules and nothing of the program; `defaults` is what
//! happens without tcpWin.

mod defaults;
mod model;
mod tutorial;

//! Pictures, in a program without them.

use std::path::PathBuf;

use anyhow::Result;

use super::Args;
use crate::usage::wrong;

/// No pictures.
pub(super) struct Pictures;

impl Pictures {
    /// Refuses those that are wanted.
    pub(super) fn new(args: &Args) -> Result<Self> {
        if args.svg || args.png {
            return Err(wrong(
                "this program was built without pictures: build it with --features plots, or draw the .xpl files with xplot",
            ));
        }
        Ok(Self)
    }

    /// Draws nothing.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as with pictures")]
    pub(super) fn draw(&self, _: &[PathBuf]) -> Result<()> {
        Ok(())
    }
}

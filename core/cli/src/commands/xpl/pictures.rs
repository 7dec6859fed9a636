//! Pictures of drawings.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flowz_plot::picture::{self, Font};

use super::Args;

/// Which pictures are wanted.
pub(super) struct Pictures {
    svg: bool,
    /// The font for pictures of points.
    png: Option<Font>,
}

impl Pictures {
    /// Looks for a font before anything is read, if one is needed.
    pub(super) fn new(args: &Args) -> Result<Self> {
        let png = match &args.font {
            _ if !args.png => None,
            Some(file) => Some(Font::read(file)?),
            None => Some(Font::of_system()?),
        };
        Ok(Self { svg: args.svg, png })
    }

    /// Draws each file beside it.
    pub(super) fn draw(&self, drawings: &[PathBuf]) -> Result<()> {
        for from in drawings {
            let failed = |to: &Path| format!("cannot draw '{}'", to.display());
            if self.svg {
                let to = from.with_extension("svg");
                picture::svg(from, &to).with_context(|| failed(&to))?;
            }
            if let Some(font) = &self.png {
                let to = from.with_extension("png");
                picture::png(from, &to, font).with_context(|| failed(&to))?;
            }
        }
        Ok(())
    }
}

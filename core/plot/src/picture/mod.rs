//! Pictures of drawings: SVG, whose text is drawn by whoever shows it, and PNG, for which a font is needed.
//!
//! A drawing is read twice, first for the range of its axes, so a PNG needs the same memory whatever its size; an SVG is as long as the drawing.

mod axes;
mod canvas;
mod font;

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use plotters::prelude::{BitMapBackend, DrawingBackend, SVGBackend};
use thiserror::Error;

use crate::read::{ReadError, Reader};
use axes::Axes;
use canvas::{Canvas, Failure};
pub use font::{Font, FontError};

/// Width and height, in points.
const SIZE: (u32, u32) = (1000, 640);

/// Why there is no picture.
#[derive(Error, Debug)]
pub enum PictureError {
    /// The drawing.
    #[error("cannot read it: {0}")]
    Read(#[from] ReadError),
    /// The picture.
    #[error("cannot draw it: {0}")]
    Draw(String),
    /// The file.
    #[error("cannot write the picture: {0}")]
    Write(String),
}

fn open(path: &Path) -> Result<Reader<BufReader<File>>, PictureError> {
    let file = File::open(path).map_err(ReadError::from)?;
    Ok(Reader::new(BufReader::new(file))?)
}

/// Draws a file into another one as SVG.
pub fn svg(from: &Path, to: &Path) -> Result<(), PictureError> {
    let mut text = String::new();
    draw(from, SVGBackend::with_string(&mut text, SIZE))?;
    std::fs::write(to, text).map_err(|error| PictureError::Write(error.to_string()))
}

/// Draws a file into another one as PNG.
pub fn png(from: &Path, to: &Path, _: &Font) -> Result<(), PictureError> {
    const COLORS: usize = 3;
    let (width, height) = SIZE;
    let mut points = vec![0; width as usize * height as usize * COLORS];
    draw(from, BitMapBackend::with_buffer(&mut points, SIZE))?;
    let failed = |error: png::EncodingError| PictureError::Write(error.to_string());
    let file = File::create(to).map_err(|error| PictureError::Write(error.to_string()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&points).map_err(failed)?;
    writer.finish().map_err(failed)
}

fn draw<D: DrawingBackend>(from: &Path, backend: D) -> Result<(), PictureError> {
    let axes = Axes::of(&mut open(from)?)?;
    let mut reader = open(from)?;
    let mut canvas = Canvas::new(backend, axes);
    let failed = |error: Failure<D>| PictureError::Draw(error.to_string());
    canvas.frame(reader.head()).map_err(failed)?;
    while let Some(command) = reader.command()? {
        canvas.draw(&command).map_err(failed)?;
    }
    canvas.finish().map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Font, png, svg};

    const DRAWING: &str = "timeval double\ntitle\na<b & c\nxlabel\ntime\nylabel\nn\nred\ndot 1000.5 4294967290 white\n\
         line 1000.5 7 1001 8\natext 1000.5 4000000000 pink\n<R>\nuarrow 1001 5\nhtick 1001 6\ngo\n";

    /// All elements end in their order, and texts have no signs of their own.
    fn well_formed(picture: &str) {
        let mut open = Vec::new();
        let pieces = picture.split('<').skip(1);
        for (tag, text) in pieces.map(|piece| piece.split_once('>').unwrap()) {
            assert!(
                !text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").contains('&')
            );
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name), "{tag}");
            } else if !tag.ends_with('/') && !tag.starts_with(['?', '!']) {
                open.push(tag.split_whitespace().next().unwrap());
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn pictures_of_a_drawing_and_of_an_empty_one() {
        let folder = std::env::temp_dir().join(format!("flowz-plot-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (from, to) = (folder.join("a.xpl"), folder.join("a.svg"));
        let (head, _) = DRAWING.split_at(DRAWING.find("red").unwrap());
        for text in [DRAWING.to_owned(), head.to_owned() + "go\n"] {
            fs::write(&from, text).unwrap();
            svg(&from, &to).unwrap();
            let picture = fs::read_to_string(&to).unwrap();
            assert!(picture.contains("a&lt;b &amp; c"), "{picture}");
            assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
            well_formed(&picture);
        }
        fs::write(&from, DRAWING).unwrap();
        // Where there is no font there is no PNG.
        if let Ok(font) = Font::of_system() {
            png(&from, &folder.join("a.png"), &font).unwrap();
            let bytes = fs::read(folder.join("a.png")).unwrap();
            assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 1000);
        }
        assert!(Font::read(&from).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}

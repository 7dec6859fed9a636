//! Takes the text of a drawing apart, line by line, so that drawings of any size need little memory.

use std::io::{self, BufRead};

use thiserror::Error;

use crate::model::{Color, Command, Head, Mark, Place};

/// Longest line: titles are the longest there are.
const LINE: u64 = 4096;

/// Why a drawing cannot be read.
#[derive(Error, Debug)]
pub enum ReadError {
    /// The file.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What a line should be.
    #[error("line {line} is not a command of xplot: '{text}'")]
    Line {
        /// From 1.
        line: u64,
        /// What stands there.
        text: String,
    },
    /// It stops before its end.
    #[error("it has no end: a line 'go' is missing")]
    Cut,
}

/// A drawing that is read.
#[derive(Debug)]
pub struct Reader<R> {
    from: R,
    head: Head,
    line: String,
    number: u64,
}

impl<R: BufRead> Reader<R> {
    /// Reads the head.
    pub fn new(from: R) -> Result<Self, ReadError> {
        let mut reader = Self { from, head: Head::default(), line: String::new(), number: 0 };
        reader.head.units = reader.next_line()?.to_owned();
        for (name, place) in [("title", 0), ("xlabel", 1), ("ylabel", 2)] {
            if reader.next_line()? != name {
                return Err(reader.wrong());
            }
            let text = reader.next_line()?.to_owned();
            let head = &mut reader.head;
            *[&mut head.title, &mut head.x, &mut head.y][place] = text;
        }
        Ok(reader)
    }

    /// What stands in front of the commands.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The next command; none at the end.
    pub fn command(&mut self) -> Result<Option<Command<'_, f64>>, ReadError> {
        let line = self.next_line()?;
        if line == "go" {
            return Ok(None);
        }
        let Some(parsed) = parse(line) else { return Err(self.wrong()) };
        Ok(Some(match parsed {
            Parsed::Whole(command) => command,
            Parsed::Text(place, point, color) => {
                self.next_line()?;
                Command::Text(place, point, color, &self.line)
            }
        }))
    }

    fn next_line(&mut self) -> Result<&str, ReadError> {
        self.line.clear();
        self.number += 1;
        let mut limited = io::Read::take(&mut self.from, LINE);
        if limited.read_line(&mut self.line)? == 0 {
            return Err(ReadError::Cut);
        }
        if self.line.ends_with('\n') {
            self.line.pop();
        }
        Ok(&self.line)
    }

    fn wrong(&self) -> ReadError {
        ReadError::Line { line: self.number, text: self.line.escape_default().to_string() }
    }
}

/// A line.
enum Parsed {
    Whole(Command<'static, f64>),
    /// Its text is the next line.
    Text(Place, [f64; 2], Option<Color>),
}

fn parse(line: &str) -> Option<Parsed> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let mut rest = words.clone();
    let mut number = || rest.next()?.parse().ok().filter(|number: &f64| number.is_finite());
    if let Some(color) = color(name) {
        return words.next().is_none().then_some(Parsed::Whole(Command::Color(color)));
    }
    if name == "line" {
        let line = Command::Line([number()?, number()?], [number()?, number()?]);
        return rest.next().is_none().then_some(Parsed::Whole(line));
    }
    let point = [number()?, number()?];
    let color = match rest.next() {
        Some(name) => Some(color(name)?),
        None => None,
    };
    if let Some(place) = Place::ALL.into_iter().find(|place| place.name() == name) {
        return Some(Parsed::Text(place, point, color));
    }
    let mark = Mark::ALL.into_iter().find(|mark| mark.name() == name)?;
    Some(Parsed::Whole(Command::Mark(mark, point, color)))
}

fn color(name: &str) -> Option<Color> {
    Color::ALL.into_iter().find(|color| color.name() == name)
}

#[cfg(test)]
mod tests {
    use super::{ReadError, Reader};
    use crate::{Color, Command, Mark, Place};

    const HEAD: &str = "timeval double\ntitle\na b\nxlabel\ntime\nylabel\nn\n";

    #[test]
    fn reads_what_is_written() {
        let text = HEAD.to_owned()
            + "red\ndot 1.5 -0.000000 white\nline 1 2 3 4\natext 1 2 pink\nred\nlarrow 1 2\ngo\n";
        let mut reader = Reader::new(text.as_bytes()).unwrap();
        assert_eq!(reader.head().title, "a b");
        let mut seen = Vec::new();
        while let Some(command) = reader.command().unwrap() {
            seen.push(format!("{command:?}"));
        }
        let expected: [Command<'_, f64>; 5] = [
            Command::Color(Color::Red),
            Command::Mark(Mark::Dot, [1.5, -0.0], Some(Color::White)),
            Command::Line([1.0, 2.0], [3.0, 4.0]),
            Command::Text(Place::Above, [1.0, 2.0], Some(Color::Pink), "red"),
            Command::Mark(Mark::LeftArrow, [1.0, 2.0], None),
        ];
        assert_eq!(seen, expected.map(|command| format!("{command:?}")));
    }

    #[test]
    fn what_is_none() {
        for text in ["dot 1\n", "dot 1 NaN\n", "line 1 2 3 4 5\n", "star 1 2\n", "red 1\n"] {
            let text = HEAD.to_owned() + text;
            let mut reader = Reader::new(text.as_bytes()).unwrap();
            assert!(matches!(reader.command(), Err(ReadError::Line { line: 8, .. })), "{text}");
        }
        assert!(matches!(Reader::new("".as_bytes()), Err(ReadError::Cut)));
        let mut cut = Reader::new(HEAD.as_bytes()).unwrap();
        assert!(matches!(cut.command(), Err(ReadError::Cut)));
    }
}

//! The text of a drawing.

use std::fmt::Write as _;

use crate::model::{Color, Command, Head};
use crate::value::Value;

/// Writes what stands in front of the commands.
pub fn head(head: &Head, out: &mut String) {
    let Head { units, title, x, y } = head;
    add(out, format_args!("{units}\ntitle\n{title}\nxlabel\n{x}\nylabel\n{y}\n"));
}

/// Writes a command.
pub fn write(command: &Command<'_, Value>, out: &mut String) {
    match command {
        Command::Color(color) => add(out, format_args!("{}\n", color.name())),
        Command::Mark(mark, point, color) => {
            at(mark.name(), point, *color, out);
        }
        Command::Line([x, y], [to_x, to_y]) => {
            add(out, format_args!("line {x} {y} {to_x} {to_y}\n"));
        }
        Command::Text(place, point, color, text) => {
            at(place.name(), point, *color, out);
            add(out, format_args!("{text}\n"));
        }
    }
}

/// Writes the end.
pub fn end(out: &mut String) {
    out.push_str("go\n");
}

fn at(name: &str, [x, y]: &[Value; 2], color: Option<Color>, out: &mut String) {
    add(out, format_args!("{name} {x} {y}"));
    if let Some(color) = color {
        add(out, format_args!(" {}", color.name()));
    }
    out.push('\n');
}

fn add(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use crate::{Color, Command, Head, Mark, Place, Value, end, head, write};

    #[test]
    fn a_drawing() {
        let mut out = String::new();
        let text = |text: &str| text.to_owned();
        let of = Head {
            units: text("timeval double"),
            title: text("a title"),
            x: text("time"),
            y: text("number"),
        };
        head(&of, &mut out);
        let point = [Value::Micros(1_500_000), Value::Whole(7)];
        for command in [
            Command::Color(Color::Orange),
            Command::Mark(Mark::Diamond, point, None),
            Command::Mark(Mark::Dot, point, Some(Color::White)),
            Command::Text(Place::Above, point, Some(Color::Magenta), "Z"),
            Command::Line(point, [Value::Micros(2_000_000), Value::Whole(8)]),
        ] {
            write(&command, &mut out);
        }
        end(&mut out);
        assert_eq!(
            out,
            "timeval double\ntitle\na title\nxlabel\ntime\nylabel\nnumber\norange\ndiamond 1.500000 7\n\
             dot 1.500000 7 white\natext 1.500000 7 magenta\nZ\nline 1.500000 7 2.000000 8\ngo\n"
        );
    }
}

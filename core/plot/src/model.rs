//! Commands of a drawing.

/// Colours that xplot knows by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Color {
    /// The colour of segments.
    White,
    /// Of acknowledgements.
    Green,
    /// Of what was sent again, and of single values.
    Red,
    /// Of what was captured twice, and of means.
    Blue,
    /// Of windows.
    Yellow,
    /// Of selective acknowledgements.
    Purple,
    /// Of SYN and FIN.
    Orange,
    /// Of resets.
    Magenta,
    /// Of what is out of order.
    Pink,
}

impl Color {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::White,
        Self::Green,
        Self::Red,
        Self::Blue,
        Self::Yellow,
        Self::Purple,
        Self::Orange,
        Self::Magenta,
        Self::Pink,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Green => "green",
            Self::Red => "red",
            Self::Blue => "blue",
            Self::Yellow => "yellow",
            Self::Purple => "purple",
            Self::Orange => "orange",
            Self::Magenta => "magenta",
            Self::Pink => "pink",
        }
    }
}

/// Marks at a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// A dot.
    Dot,
    /// A diamond.
    Diamond,
    /// A square.
    Box,
    /// Upwards.
    UpArrow,
    /// Its tip is at the point, as with all arrows.
    DownArrow,
    /// To the left.
    LeftArrow,
    /// To the right.
    RightArrow,
    /// A short line upwards.
    UpTick,
    /// Downwards.
    DownTick,
    /// Across.
    CrossTick,
    /// Nothing is drawn, but the point belongs to the range of the axes.
    Invisible,
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Dot,
        Self::Diamond,
        Self::Box,
        Self::UpArrow,
        Self::DownArrow,
        Self::LeftArrow,
        Self::RightArrow,
        Self::UpTick,
        Self::DownTick,
        Self::CrossTick,
        Self::Invisible,
    ];

    /// Its command.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dot => "dot",
            Self::Diamond => "diamond",
            Self::Box => "box",
            Self::UpArrow => "uarrow",
            Self::DownArrow => "darrow",
            Self::LeftArrow => "larrow",
            Self::RightArrow => "rarrow",
            Self::UpTick => "utick",
            Self::DownTick => "dtick",
            Self::CrossTick => "htick",
            Self::Invisible => "invisible",
        }
    }
}

/// Where a text stands, as seen from its point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Above it.
    Above,
    /// Below it.
    Below,
    /// To its left.
    Left,
    /// To its right.
    Right,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Above, Self::Below, Self::Left, Self::Right];

    /// Its command.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Above => "atext",
            Self::Below => "btext",
            Self::Left => "ltext",
            Self::Right => "rtext",
        }
    }
}

/// What stands in front of the commands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// Kinds of the numbers at both axes, for instance `timeval double`.
    pub units: String,
    /// The line above the drawing.
    pub title: String,
    /// The name of the axis below.
    pub x: String,
    /// The name of the axis at the left.
    pub y: String,
}

/// A command, with numbers as they are written, or as they were read.
#[derive(Clone, PartialEq, Debug)]
pub enum Command<'a, N> {
    /// What follows has this colour, unless it says another one.
    Color(Color),
    /// A mark at a point.
    Mark(Mark, [N; 2], Option<Color>),
    /// A line between two points.
    Line([N; 2], [N; 2]),
    /// A text beside a point.
    Text(Place, [N; 2], Option<Color>, &'a str),
}

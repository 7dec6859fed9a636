//! Times as text, in the styles that tcpslice has.

use flowz_api::packet::Timestamp;
use jiff::tz::TimeZone;

use super::zoned;

/// How times are shown.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Style {
    /// Seconds since 1970 with microseconds, or with nanoseconds where there are some: `1254722767.492060`.
    #[default]
    Seconds,
    /// A date in words, to the second: `Mon Oct  5 06:06:07 2009`.
    Date,
    /// Fields that are a time on the command line too: `2009y10m05d06h06m07s492060u`.
    Fields,
}

impl Style {
    /// The text of a moment; fields and dates are those of a zone.
    pub fn show(self, moment: Timestamp, zone: &TimeZone) -> String {
        match (self, zoned(moment, zone)) {
            (Self::Date, Some(zoned)) => zoned.strftime("%a %b %e %T %Y").to_string(),
            (Self::Fields, Some(zoned)) => {
                let micros = moment.subsec_nanos() / 1000;
                format!("{}{micros:06}u", zoned.strftime("%Yy%mm%dd%Hh%Mm%Ss"))
            }
            (Self::Seconds, _) | (_, None) => seconds(moment),
        }
    }
}

fn seconds(moment: Timestamp) -> String {
    let mut text = moment.to_string();
    if moment.0 % 1000 == 0 {
        text.truncate(text.len() - 3);
    }
    text
}

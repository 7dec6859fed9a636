use flowz_api::packet::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{Style, TimeError, TimeWord};

/// 2009-10-05 06:06:07.492060 UTC.
const BASE: Timestamp = Timestamp(1_254_722_767_492_060_000);

fn berlin() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn at(word: &str, base: Timestamp, zone: &TimeZone) -> Result<Timestamp, TimeError> {
    TimeWord::parse(word).unwrap_or_else(|| panic!("{word} is a time")).resolve(base, zone)
}

/// What a word means in UTC, as text.
fn utc(word: &str) -> String {
    at(word, BASE, &TimeZone::UTC)
        .map_or_else(|error| error.to_string(), |time| Style::Seconds.show(time, &TimeZone::UTC))
}

#[test]
fn seconds() {
    for (word, meaning) in [
        ("0", "0.000000"),
        ("1254722768", "1254722768.000000"),
        ("5.5", "5.500000"),
        ("5.000001", "5.000001"),
        ("5.123456789", "5.123456789"),
        ("2147483648", "2147483648.000000"),
        ("9000000000", "9000000000.000000"),
        ("+0", "1254722767.492060"),
        ("+5", "1254722772.492060"),
        ("+0.5", "1254722767.992060"),
        ("+5400", "1254728167.492060"),
    ] {
        assert_eq!(utc(word), meaning, "{word}");
    }
}

#[test]
fn fields_with_what_they_leave_out() {
    for (word, meaning) in [
        // Larger units are those of the base, smaller ones are 0, day and month 1.
        ("6h", "1254722400.000000"),
        ("6H", "1254722400.000000"),
        ("10m5d6h", "1254722400.000000"),
        ("9y10m5d", "1254700800.000000"),
        ("2009y10m5d", "1254700800.000000"),
        ("1s1u", "1254722761.000001"),
        ("5s", "1254722765.000000"),
        ("1Y", "978307200.000000"),
        ("007y", "1167609600.000000"),
        ("31d", "1256947200.000000"),
        // The month is only directly in front of a field of days; else these are minutes.
        ("99y11m", "915149460.000000"),
        ("2009y11m", "1230768660.000000"),
        ("1999y11m28d02h12m38s387203u", "943755158.387203"),
        ("11m28d12m", "1259367120.000000"),
        ("70y", "0.000000"),
        ("69y", "3124224000.000000"),
        ("2100y", "4102444800.000000"),
    ] {
        assert_eq!(utc(word), meaning, "{word}");
    }
}

#[test]
fn distances_carry() {
    for (word, meaning) in [
        ("+90s", "1254722857.492060"),
        ("+30d", "1257314767.492060"),
        ("+900000u", "1254722768.392060"),
        ("+1h30m", "1254728167.492060"),
        ("+1m", "1254722827.492060"),
        ("+1d1h", "1254812767.492060"),
        // 2009-11-05 and 31 days.
        ("+1m31d", "1260079567.492060"),
        ("+1y", "1286258767.492060"),
        ("+25h61m61s1000001u", "1254816489.492061"),
    ] {
        assert_eq!(utc(word), meaning, "{word}");
    }
    let leap_day = at("2008y2m29d12h", BASE, &TimeZone::UTC).unwrap();
    let later = at("+1y", leap_day, &TimeZone::UTC).unwrap();
    let text = Style::Fields.show(later, &TimeZone::UTC);
    assert_eq!(text, "2009y02m28d12h00m00s000000u", "the last day of a shorter month");
}

#[test]
fn what_no_calendar_has() {
    for (word, sentence) in [
        ("60s", "second 60 in '60s' is not valid"),
        ("24h", "hour 24 in '24h' is not valid"),
        ("60m", "minute 60 in '60m' is not valid"),
        ("1000000u", "microsecond 1000000 in '1000000u' is not valid"),
        ("0d", "day 0 in '0d' is not valid"),
        ("32d", "day 32 in '32d' is not valid"),
        ("13m1d", "month 13 in '13m1d' is not valid"),
        ("9y2m29d", "day 29 in '9y2m29d' is not valid"),
        ("100y", "year 100 in '100y' is not valid"),
        ("1969y", "year 1969 in '1969y' is not valid"),
        ("2263y", "year 2263 in '2263y' is not valid"),
        ("9223372037", "'9223372037' is out of the times that are known, the years 1677 to 2262"),
        ("+9223372036", "'+9223372036' is out of the times that are known, the years 1677 to 2262"),
        ("+300y", "'+300y' is out of the times that are known, the years 1677 to 2262"),
        ("2262y12m1d", "'2262y12m1d' is out of the times that are known, the years 1677 to 2262"),
    ] {
        assert_eq!(utc(word), sentence, "{word}");
    }
    for unit in ["y", "h", "m", "s", "u"] {
        let word = format!("+{}{unit}", u64::MAX);
        assert!(at(&word, BASE, &TimeZone::UTC).is_err(), "{word}");
    }
    assert!(at("+18446744073709551615m1d", BASE, &TimeZone::UTC).is_err());
}

#[test]
fn words_that_are_no_times() {
    for word in [
        "",
        "+",
        "-",
        "-5",
        ".5",
        "+.5",
        "5.",
        "5.1234567890",
        "5x",
        "1u1s",
        "5m6m",
        "5s5s",
        "5s5",
        "s",
        "+5.5s",
        "5h ",
        "5ä",
        "1e3",
        "./5",
        "5.pcap",
        "99999999999999999999",
        "++5",
        "1d1y",
        "5d1d",
    ] {
        assert_eq!(TimeWord::parse(word), None, "{word}");
    }
}

#[test]
fn fields_are_local() {
    let zone = berlin();
    let moment = at("9y10m5d8h6m7s", BASE, &zone).unwrap();
    assert_eq!(moment.seconds(), 1_254_722_767, "summer time");
    assert_eq!(Style::Fields.show(BASE, &zone), "2009y10m05d08h06m07s492060u");
    assert_eq!(Style::Date.show(BASE, &zone), "Mon Oct  5 08:06:07 2009");
    // Summer time ends on October 25: a day has 25 hours.
    let before = at("9y10m24d12h", BASE, &zone).unwrap();
    let day = at("+1d", before, &zone).unwrap();
    assert_eq!(day - before, 25 * 3600 * 1_000_000_000, "the same time of the next day");
    let hours = at("+24h", before, &zone).unwrap();
    assert_eq!(hours - before, 24 * 3600 * 1_000_000_000, "24 hours that pass");
}

#[test]
fn styles() {
    let zone = TimeZone::UTC;
    for (nanos, texts) in [
        (0, ["0.000000", "Thu Jan  1 00:00:00 1970", "1970y01m01d00h00m00s000000u"]),
        (-1_000, ["-0.000001", "Wed Dec 31 23:59:59 1969", "1969y12m31d23h59m59s999999u"]),
        (
            2_200_000_000_000_000_001,
            ["2200000000.000000001", "Sun Sep 18 23:06:40 2039", "2039y09m18d23h06m40s000000u"],
        ),
    ] {
        let shown =
            [Style::Seconds, Style::Date, Style::Fields].map(|s| s.show(Timestamp(nanos), &zone));
        assert_eq!(shown, texts);
    }
}

#[test]
fn an_end_has_all_of_its_microsecond() {
    let end =
        |word: &str| TimeWord::parse(word).unwrap().resolve_end(BASE, &TimeZone::UTC).unwrap().0;
    assert_eq!(end("5"), 5_000_000_999);
    assert_eq!(end("5.000001"), 5_000_001_999);
    assert_eq!(end("5.0000010"), 5_000_001_000);
    assert_eq!(end("5s") % 1000, 999);
    assert_eq!(end("+0"), BASE.0 + 999);
}

proptest! {
    #[test]
    fn fields_that_are_shown_mean_the_same(micros in 0..9_223_372_036_854_775_i64, berlin_zone: bool) {
        let zone = if berlin_zone { berlin() } else { TimeZone::UTC };
        let moment = Timestamp(micros * 1000);
        let word = Style::Fields.show(moment, &zone);
        let read = at(&word, BASE, &zone).unwrap();
        // Of the hour that comes twice when summer time ends, the first is meant.
        prop_assert!(read == moment || moment - read == 3600 * 1_000_000_000, "{word}");
        let word = Style::Seconds.show(moment, &zone);
        prop_assert_eq!(at(&word, BASE, &zone), Ok(moment));
    }

    #[test]
    fn any_word_is_read_without_a_panic(word in "\\+?[0-9ymdhsuYMDHSU.]{0,40}", base: i64) {
        if let Some(word) = TimeWord::parse(&word) {
            let _ = word.resolve(Timestamp(base), &berlin());
            let _ = word.resolve_end(Timestamp(base), &berlin());
        }
    }
}

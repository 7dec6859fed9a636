//! Calls, some lines each.

use std::fmt::Write as _;

use super::values::Row;

/// Bits of `callFlags` in words.
const REMARKS: [(u64, &str); 11] = [
    (0x0001, "no media"),
    (0x0002, "media of one side only"),
    (0x0004, "late media"),
    (0x0008, "another codec there than back"),
    (0x0010, "media from another place than announced"),
    (0x0020, "INVITE sent again"),
    (0x0040, "encrypted media"),
    (0x0080, "on hold at times"),
    (0x0100, "the beginning was not seen"),
    (0x0400, "packets of another length there than back"),
    (0x1000, "no signalling was seen"),
];

/// The protocol of calls without signalling: there are no names, and no end is told.
const WITHOUT: &str = "RTP";

/// A call.
pub(super) fn call(out: &mut String, row: &Row) {
    // Writing to a text does not fail.
    let _ = write(out, row);
}

fn write(out: &mut String, row: &Row) -> std::fmt::Result {
    let start = Some(row.text("start")).filter(|start| !start.is_empty());
    let start = start.unwrap_or("(start not seen)");
    let (from, to) = (row.place("callerIP", "callerPort"), row.place("calleeIP", "calleePort"));
    let has_names = row.text("protocol") != WITHOUT;
    let (caller, callee) =
        if has_names { (row.text("caller"), row.text("callee")) } else { (&*from, &*to) };
    writeln!(out, "call {}  {start}  {caller} > {callee}", row.number("callNr"))?;
    writeln!(out, "    {}", course(row))?;
    let flows = row.text("mediaFlows");
    if !flows.is_empty() {
        let packets: Vec<&str> = row.text("pktsCaller_pktsCallee_pktsRTCP").split('_').collect();
        let [caller, callee, rtcp] = packets[..] else { return Ok(()) };
        let text =
            format!("{caller} packets of the caller, {callee} of the callee, {rtcp} of RTCP");
        writeln!(out, "    media: {text}, in flows {flows}")?;
    }
    for (who, end) in [("caller", "Caller"), ("callee", "Callee")] {
        let codec = row.text(&format!("codec{end}"));
        if codec.is_empty() {
            continue;
        }
        let lost = row.text(&format!("lost_expected{end}")).replacen('_', " of ", 1);
        write!(out, "    {who}: {codec}, {lost} packets lost")?;
        for (name, column, unit) in [("jitter", "jitter", " ms"), ("MOS", "mos", "")] {
            let value = row.text(&format!("{column}{end}"));
            if !value.is_empty() {
                write!(out, ", {name} {value}{unit}")?;
            }
        }
        writeln!(out)?;
    }
    let bits = row.number("callFlags");
    let remarks = REMARKS.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, words)| *words);
    let remarks: Vec<&str> = remarks.collect();
    if !remarks.is_empty() {
        writeln!(out, "    {}", remarks.join(", "))?;
    }
    if !has_names {
        return Ok(());
    }
    let (protocol, transport) = (row.text("protocol"), row.text("transport"));
    let id = row.text("callID");
    // Of a call that a gatekeeper does not admit nobody is asked.
    let to = if row.text("calleeIP").is_empty() { String::new() } else { format!(" > {to}") };
    writeln!(out, "    {protocol} over {transport}, {from}{to}, Call-ID {id}")
}

/// How it went: `ring after 0.403 s, talk of 3.204 s, BYE (200) by caller`.
fn course(row: &Row) -> String {
    let mut parts = Vec::new();
    let delay = row.text("postDialDelay");
    if !delay.is_empty() {
        let what = match (row.text("ring"), row.text("answer")) {
            ("", "") => "final response",
            ("", _) => "answer",
            _ => "ring",
        };
        parts.push(format!("{what} after {delay} s"));
    }
    let talk = row.text("talk");
    if !talk.is_empty() {
        parts.push(format!("talk of {talk} s"));
    }
    let end = match row.text("endReason") {
        "none" if row.text("protocol") == WITHOUT => return parts.join(", "),
        "none" => "no end seen".to_owned(),
        "unanswered" => format!("BYE by {} that nobody answers", row.text("endedBy")),
        reason => {
            let by = row.text("endedBy");
            match row.number("endCode") {
                0 => format!("{reason} by {by}"),
                code => format!("{reason} ({code}) by {by}"),
            }
        }
    };
    parts.push(end);
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Row, call};

    #[test]
    fn a_call_in_words() {
        let row = Row::new(&[
            ("callNr", "7"),
            ("start", "2026-01-02T03:04:05.000000000+0000"),
            ("caller", "ann@a"),
            ("callee", "ben@b"),
            ("ring", "x"),
            ("answer", "x"),
            ("postDialDelay", "0.403"),
            ("talk", "3.200"),
            ("endReason", "BYE"),
            ("endCode", "200"),
            ("endedBy", "caller"),
            ("mediaFlows", "2, 3"),
            ("pktsCaller_pktsCallee_pktsRTCP", "10_0_1"),
            ("callFlags", "34"),
            ("callerIP", "2001:db8::1"),
            ("callerPort", "5060"),
            ("calleeIP", "192.0.2.1"),
            ("calleePort", "5061"),
            ("protocol", "SIP"),
            ("transport", "UDP"),
            ("callID", "x@y"),
        ]);
        let mut out = String::new();
        call(&mut out, &row);
        let expected = "call 7  2026-01-02T03:04:05.000000000+0000  ann@a > ben@b\n\
            \x20   ring after 0.403 s, talk of 3.200 s, BYE (200) by caller\n\
            \x20   media: 10 packets of the caller, 0 of the callee, 1 of RTCP, in flows 2, 3\n\
            \x20   media of one side only, INVITE sent again\n\
            \x20   SIP over UDP, [2001:db8::1]:5060 > 192.0.2.1:5061, Call-ID x@y\n";
        assert_eq!(out, expected);
        let mut out = String::new();
        let row = Row::new(&[
            ("endReason", "ARJ"),
            ("endCode", "0"),
            ("endedBy", "gatekeeper"),
            ("callerIP", "192.0.2.1"),
            ("callerPort", "1719"),
            ("protocol", "H.323"),
            ("transport", "UDP"),
            ("callID", "00"),
        ]);
        call(&mut out, &row);
        assert!(
            out.contains("    ARJ by gatekeeper\n    H.323 over UDP, 192.0.2.1:1719, Call-ID 00\n"),
            "{out}"
        );
        let (mut out, row) = (String::new(), Row::new(&[("endReason", "none")]));
        call(&mut out, &row);
        assert!(out.starts_with("call 0  (start not seen)   > \n    no end seen\n"), "{out}");
    }
}

//! Files of labels.

use super::file::{Rules, read};
use super::moment::zone;

fn wrong(text: &str, is_toml: bool) -> String {
    let (line, reason) = read(text, is_toml, None).unwrap_err();
    format!("{line}: {reason}")
}

const CSV: &str = "# Thursday\nstart,end,src,dst,dst_port,proto,direction,label\n\
    2017-07-06T09:20:00-03:00,2017-07-06T10:00:00-03:00,172.16.0.1,192.168.10.50,80 8000-8080,tcp,,\"Web, brute force\"\n\
    ,,205.174.165.73,192.168.10.0/24 2001:db8::/32,*,any,forward,Bot\n\
    1499342400,,,,,17,both,Bot\n";

const TOML: &str = r#"
zone = "-03:00"
default = "benign"

[[rule]]
start = 2017-07-06T09:20:00
end = 2017-07-06 10:00:00-03:00
src = "172.16.0.1"
dst = "192.168.10.50"
dst_port = [80, "8000-8080"]
proto = "TCP"
label = "Web, brute force"

[[rule]]
src = "205.174.165.73"
dst = ["192.168.10.0/24", "2001:db8::/32"]
direction = "forward"
label = "Bot"

[[rule]]
start = 1499342400
proto = 17
label = "Bot"
"#;

#[test]
fn both_forms_say_the_same() {
    let csv = read(CSV, false, None).unwrap();
    let toml = read(TOML, true, None).unwrap();
    assert_eq!(csv.labels, ["Web, brute force", "Bot"]);
    assert_eq!(
        csv.rules.iter().map(|r| (r.line, r.label)).collect::<Vec<_>>(),
        [(3, 0), (4, 1), (5, 1)]
    );
    assert_eq!(toml.rules.iter().map(|r| r.line).collect::<Vec<_>>(), [5, 14, 20]);
    assert_eq!(toml.default.as_deref(), Some("benign"));
    let without_lines = |rules: Rules| {
        let mut rules = rules.rules;
        for rule in &mut rules {
            rule.line = 0;
        }
        rules
    };
    assert_eq!(without_lines(csv), without_lines(toml));
}

#[test]
fn the_zone_of_the_command_line_is_stronger() {
    let start = |zone| read(TOML, true, zone).unwrap().rules[0].window.start;
    assert_eq!(start(None) - start(zone("-02:00").ok()), 3600 * 1_000_000_000);
}

#[test]
fn errors_say_where() {
    assert_eq!(
        wrong("", false),
        "1: the names of columns are missing: start,end,src,src_port,dst,dst_port,proto,direction,label"
    );
    assert!(wrong("src,dst\n", false).starts_with("1: the first line names the columns"));
    assert!(
        wrong("label,from\n", false).starts_with("1: there is no 'from': there are start, end")
    );
    assert!(wrong("label,label\n", false).ends_with("twice"));
    assert!(
        wrong("src,label\n\n10.0.0.0/8\n", false)
            .starts_with("3: there are 1 values for 2 columns")
    );
    assert!(
        wrong("src,label\n10.0.0.1/8,x\n", false).starts_with("2: '10.0.0.1/8' has bits behind")
    );
    assert!(wrong("src,label\n10.0.0.1,\n", false).starts_with("2: a label is needed"));
    assert!(wrong("dst_port,label\n80-70,x\n", false).starts_with("2: '80-70' is no port"));
    assert!(wrong("dst_port,label\n65536,x\n", false).starts_with("2: '65536' is no port"));
    assert!(wrong("proto,label\ntpc,x\n", false).starts_with("2: 'tpc' is no protocol"));
    assert!(
        wrong("start,label\n2017-07-06 09:20,x\n", false)
            .starts_with("2: '2017-07-06 09:20' has no time zone")
    );
    assert!(
        wrong("start,end,label\n20,20,x\n", false)
            .starts_with("2: the window from 20 to 20 is empty")
    );
    assert!(wrong("direction,label\nback,x\n", false).starts_with("2: direction 'back'"));
    assert!(wrong("src,label\n\"10.0.0.1,x\n", false).starts_with("2: a quote is not closed"));
    assert!(
        wrong("[[rule]]\nlabel = 'x'\nsrc = true\n", true).starts_with("3: src is of type boolean")
    );
    assert!(wrong("[[rule]]\nfrom = 1\n", true).starts_with("2: there is no 'from'"));
    assert!(wrong("a = 1\n", true).starts_with("1: 'a' is nothing here"));
    assert!(wrong("default = 1\n", true).starts_with("1: default is of type integer"));
    assert!(wrong("\nzone = 'x'\n", true).starts_with("2: 'x' is no time zone"));
    assert!(wrong("\n[[rule\n", true).starts_with("2: "));
}

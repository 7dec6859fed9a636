//! `--list-interfaces`: a table of interfaces for people.

use std::fmt::Write;

use anyhow::Result;
use flowz_capture::link_name;
use flowz_live::{Device, devices};

use crate::output::print;

/// Prints all interfaces.
pub(crate) fn list() -> Result<()> {
    print(table(&devices()?).as_bytes())
}

/// A line for each, in columns.
fn table(devices: &[Device]) -> String {
    let heads = ["name", "state", "link types", "addresses", "description"].map(str::to_owned);
    let rows: Vec<_> = [heads].into_iter().chain(devices.iter().map(cells)).collect();
    let widths: Vec<_> = (0..4)
        .map(|n| rows.iter().map(|row| row[n].chars().count()).max().unwrap_or_default())
        .collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        line.push_str(&row[4]);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn cells(device: &Device) -> [String; 5] {
    let words = [
        (device.is_up, "up"),
        (!device.is_up, "down"),
        (device.is_running, "running"),
        (device.is_loopback, "loopback"),
        (device.is_wireless, "wireless"),
    ];
    let state: Vec<_> = words.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    let links: Vec<_> = device.links.iter().map(|link| link_name(*link).name).collect();
    let addresses: Vec<_> = device.addresses.iter().map(ToString::to_string).collect();
    let or_nothing = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    [
        device.name.clone(),
        state.join(","),
        or_nothing(links.join(",")),
        or_nothing(addresses.join(",")),
        device.description.clone().unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::table;
    use flowz_api::packet::LinkType;
    use flowz_live::Device;

    #[test]
    fn a_table() {
        let lo = Device {
            name: "lo".to_owned(),
            description: None,
            addresses: vec![[127, 0, 0, 1].into()],
            is_up: true,
            is_running: true,
            is_loopback: true,
            is_wireless: false,
            links: vec![LinkType::ETHERNET],
        };
        let any = Device {
            name: "any".to_owned(),
            description: Some("all of them".to_owned()),
            addresses: vec![],
            is_up: false,
            is_running: false,
            is_loopback: false,
            links: vec![LinkType::LINUX_SLL2, LinkType::LINUX_SLL],
            ..lo.clone()
        };
        assert_eq!(
            table(&[lo, any]),
            "name  state                link types            addresses  description\n\
             lo    up,running,loopback  EN10MB                127.0.0.1\n\
             any   down                 LINUX_SLL2,LINUX_SLL  -          all of them\n"
        );
    }
}

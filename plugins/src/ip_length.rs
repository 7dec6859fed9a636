//! Lengths of IP packets as tools take them: from the header, whatever the frame has room for.

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::Packet;

/// Length of an IP packet as its header says, also where the frame has no room for it. Headers of large segments that the network card cuts later say
/// nothing: there it is what the decoder found.
pub(crate) fn declared(layers: &Layers, packet: &Packet<'_>) -> u32 {
    const V6_HEADER: u32 = 40;
    let (at, more) = if layers.net == Net::V6 { (4, V6_HEADER) } else { (2, 0) };
    let field = layers.layer3(packet.data).get(at..at + 2);
    let said = field.map_or(0, |field| u32::from(u16::from_be_bytes([field[0], field[1]])));
    if said == 0 { layers.l3_len } else { said + more }
}

/// The same without the IP header and those that belong to it.
pub(crate) fn declared_transport(layers: &Layers, packet: &Packet<'_>) -> u32 {
    declared(layers, packet).saturating_sub(layers.l3_header_len.into())
}

#[cfg(test)]
mod tests {
    use flowz_api::layers::{Layers, Net};
    use flowz_api::packet::{LinkType, Packet, Timestamp};

    use super::{declared, declared_transport};

    #[test]
    fn what_headers_say() {
        let mut data = [0; 44];
        (data[2], data[3]) = (0x05, 0xdc);
        (data[4], data[5]) = (0x01, 0x00);
        let (ts, link) = (Timestamp(0), LinkType::ETHERNET);
        let packet = Packet { ts, wire_len: 44, link, interface: 0, data: &data };
        let mut layers =
            Layers { l3: 0, l3_len: 44, snap_l3_len: 44, l3_header_len: 20, ..Layers::NOTHING };
        layers.net = Net::V4;
        assert_eq!(
            (declared(&layers, &packet), declared_transport(&layers, &packet)),
            (1500, 1480)
        );
        layers.net = Net::V6;
        assert_eq!(declared(&layers, &packet), 296);
        let empty = Packet { data: &[0; 44], ..packet };
        layers.net = Net::V4;
        assert_eq!(declared(&layers, &empty), 44, "nothing is said");
        layers.snap_l3_len = 1;
        assert_eq!(declared(&layers, &packet), 44, "nothing is there");
    }
}

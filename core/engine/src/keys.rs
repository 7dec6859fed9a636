//! From a packet to the key of its flow.

use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::status::FlowStat;

use crate::aggregation::Aggregation;

/// The key of a packet that forms a flow. What keys leave out is taken out of the layers too.
#[inline]
pub(crate) fn key_of(
    aggregation: Option<&Aggregation>,
    layers: &mut Layers,
    data: &[u8],
) -> FlowKey {
    let Some(aggregation) = aggregation else { return full_key(layers, data) };
    aggregation.headers(layers);
    let mut key = full_key(layers, data);
    aggregation.addresses(&mut key);
    aggregation.hardware(&mut key, layers, data);
    key
}

/// The key with all its parts.
#[inline]
pub(crate) fn full_key(layers: &Layers, data: &[u8]) -> FlowKey {
    let (src, dst) = addresses(layers, data).unwrap_or_default();
    FlowKey {
        src: src.to_le_bytes(),
        dst: dst.to_le_bytes(),
        src_port: layers.src_port,
        dst_port: layers.dst_port,
        vlan: layers.vlan_id,
        ethertype: layers.ethertype,
        proto: layers.l4_proto,
        net: layers.net,
        stream: 0,
        tag: layers.tunnel_id,
    }
}

/// The addresses of the layer that forms the flow, their first byte lowest. Numbers and no bytes: what
/// is written in pieces and read as a whole soon after makes the processor wait for the pieces.
#[inline]
fn addresses(layers: &Layers, data: &[u8]) -> Option<(u128, u128)> {
    match layers.net {
        Net::V4 => {
            let header = data.get(layers.l3 as usize..)?.get(12..)?.first_chunk::<8>()?;
            let ([src, dst], _) = header.as_chunks::<4>() else { return None };
            Some((u32::from_le_bytes(*src).into(), u32::from_le_bytes(*dst).into()))
        }
        Net::V6 => {
            let header = data.get(layers.l3 as usize..)?.get(8..)?.first_chunk::<32>()?;
            let ([src, dst], _) = header.as_chunks::<16>() else { return None };
            Some((u128::from_le_bytes(*src), u128::from_le_bytes(*dst)))
        }
        Net::Layer2 if layers.status.contains(FlowStat::NO_ETHERNET) => None,
        Net::Layer2 => {
            let header = data.get(layers.l2 as usize..)?;
            let hardware = |at: usize| {
                let [a, b, c, d, e, f] = *header.get(at..)?.first_chunk()?;
                Some(u64::from_le_bytes([a, b, c, d, e, f, 0, 0]).into())
            };
            hardware(6).zip(hardware(0))
        }
    }
}

/*
 * A plugin in C: counts the packets with payload of each flow, and remembers the largest payload.
 *
 *     cc -std=c99 -O2 -shared -fPIC -I core/api/include -o payload.so core/api/include/payload.c
 *     flowz plugin check payload.so
 *     flowz -p . -r trace.pcap -w results/ --plugins basicFlow,payload
 */
#include "flowz.h"

#include <stddef.h>

struct state {
    uint64_t packets;
    uint16_t largest;
};

static void packet(const struct flowz_packet *packet, void *flow, void *peer)
{
    struct state *state = flow;
    (void)peer;
    if (packet->payload == 0)
        return;
    state->packets++;
    if (packet->payload > state->largest)
        state->largest = packet->payload;
}

static void end(void *flow, void *peer, union flowz_value *values)
{
    const struct state *state = flow;
    (void)peer;
    values[0].u = state->packets;
    values[1].u = state->largest;
}

static const struct flowz_column columns[] = {
    {sizeof(struct flowz_column), FLOWZ_U64, "payPkts", "packets", "Packets with payload."},
    {sizeof(struct flowz_column), FLOWZ_U16, "payLargest", "bytes", "Most bytes of payload in a packet."},
};

static const struct flowz_plugin plugin = {
    .size = sizeof(struct flowz_plugin),
    .version = FLOWZ_C_VERSION,
    .name = "payload",
    .summary = "Counts packets with payload (example in C)",
    .number = 710,
    .flow_bytes = sizeof(struct state),
    .columns = sizeof(columns) / sizeof(columns[0]),
    .on_by_default = 0,
    .column = columns,
    .packet = packet,
    .end = end,
};

const struct flowz_plugin *flowz_c_plugin(uint32_t version)
{
    return version >= FLOWZ_C_VERSION ? &plugin : NULL;
}

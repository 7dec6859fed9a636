/*
 * A plugin in C: counts the packets with payload of each flow, and remembers the largest payload. A toggle says
 * from how many bytes on a payload counts, and a line of the end report tells the sum.
 *
 *     cc -std=c99 -O2 -shared -fPIC -I core/api/include -o payload.so core/api/include/payload.c
 *     flowz plugin check payload.so
 *     flowz -p . -r trace.pcap -w results/ --plugins basicFlow,payload -o payload.PAY_MIN=100
 */
#include "flowz.h"

#include <stddef.h>

/* Of the whole run: start() sets them. */
static uint64_t least;
static uint64_t counted;

struct state {
    uint64_t packets;
    uint16_t largest;
};

static const char *start(const struct flowz_start *start)
{
    least = start->toggle[0].u;
    counted = 0;
    return NULL;
}

static void packet(const struct flowz_packet *packet, void *flow, void *peer)
{
    struct state *state = flow;
    (void)peer;
    if (packet->payload < least)
        return;
    counted++;
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

static void report(const struct flowz_report *report)
{
    report->count(report->run, "Number of packets with payload", counted, report->packets);
}

static const struct flowz_column columns[] = {
    {sizeof(struct flowz_column), FLOWZ_U64, "payPkts", "packets", "Packets with payload."},
    {sizeof(struct flowz_column), FLOWZ_U16, "payLargest", "bytes", "Most bytes of payload in a packet."},
};

static const struct flowz_toggle toggles[] = {
    {sizeof(struct flowz_toggle), FLOWZ_WHOLE, "PAY_MIN", "1", "A payload of fewer bytes does not count.", 1, 65535},
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
    .toggles = sizeof(toggles) / sizeof(toggles[0]),
    .toggle = toggles,
    .start = start,
    .report = report,
};

const struct flowz_plugin *flowz_c_plugin(uint32_t version)
{
    return version >= FLOWZ_C_VERSION ? &plugin : NULL;
}

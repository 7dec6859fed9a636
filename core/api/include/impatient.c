/*
 * A plugin in C that steers: from the first packet with payload on a flow ends after a short silence, in both
 * directions. The column tells how many packets it had before.
 *
 *     cc -std=c99 -O2 -shared -fPIC -I core/api/include -o impatient.so core/api/include/impatient.c
 *     flowz -p . -r trace.pcap -w results/ --plugins basicFlow,impatient -o impatient.IMP_TIMEOUT=0.5
 */
#include "flowz.h"

#include <stddef.h>

static int32_t timeout;

struct state {
    uint64_t before;
    uint64_t is_hurried;
};

static const char *start(const struct flowz_start *start)
{
    timeout = start->timeout(start->run, start->toggle[0].d);
    return timeout < 0 ? "there are too many timeouts" : NULL;
}

static void packet(const struct flowz_packet *packet, void *flow, void *peer)
{
    struct state *state = flow;
    (void)peer;
    if (packet->payload > 0)
        state->is_hurried = 1;
    if (!state->is_hurried) {
        state->before++;
        return;
    }
    *packet->timeout = timeout;
    /* A conversation leaves when both its directions are due. */
    if (packet->peer_timeout)
        *packet->peer_timeout = timeout;
}

static void end(void *flow, void *peer, union flowz_value *values)
{
    const struct state *state = flow;
    (void)peer;
    values[0].u = state->before;
}

static const struct flowz_column columns[] = {
    {sizeof(struct flowz_column), FLOWZ_U64, "impBefore", "packets", "Packets before the first payload."},
};

static const struct flowz_toggle toggles[] = {
    {sizeof(struct flowz_toggle), FLOWZ_NUMBER, "IMP_TIMEOUT", "1", "Seconds of silence that end the flow.", 0.001, 1e6},
};

static const struct flowz_plugin plugin = {
    .size = sizeof(struct flowz_plugin),
    .version = FLOWZ_C_VERSION,
    .name = "impatient",
    .summary = "Ends flows with payload early (example in C)",
    .number = 711,
    .flow_bytes = sizeof(struct state),
    .columns = sizeof(columns) / sizeof(columns[0]),
    .column = columns,
    .packet = packet,
    .end = end,
    .toggles = sizeof(toggles) / sizeof(toggles[0]),
    .steers = 1,
    .toggle = toggles,
    .start = start,
};

const struct flowz_plugin *flowz_c_plugin(uint32_t version)
{
    return version >= FLOWZ_C_VERSION ? &plugin : NULL;
}

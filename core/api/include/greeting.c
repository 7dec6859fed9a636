/*
 * A plugin in C with columns of all kinds, in the flow table and in the packet table: with which words the two ends of
 * a flow begin to talk, who they are, and how long their packets are.
 *
 *     cc -std=c99 -O2 -shared -fPIC -I core/api/include -o greeting.so core/api/include/greeting.c
 *     flowz -p . -r trace.pcap -w results/ -s --plugins basicFlow,greeting
 */
#include "flowz.h"

#include <stddef.h>
#include <string.h>

#define MOST_SIZES 8

struct state {
    struct flowz_address ends[2]; /* source and destination */
    uint8_t macs[2][6];
    uint8_t has_macs;
    char words[33]; /* the first line of the first payload */
    uint32_t sizes_seen;
    uint16_t sizes[MOST_SIZES]; /* of the first packets with payload */
    uint64_t packets, bytes;
};

/* What values of rows point to must be there until the next call. */
static struct flowz_list sizes, ends, macs;

/* The captured bytes from an offset on, if there are so many. */
static const uint8_t *bytes(const struct flowz_packet *packet, uint32_t from, uint32_t count)
{
    if (from > packet->captured || count > packet->captured - from)
        return NULL;
    return packet->data + from;
}

static void take_ends(const struct flowz_packet *packet, struct state *state)
{
    uint32_t at = packet->ip_version == 4 ? 12 : 8, length = packet->ip_version == 4 ? 4 : 16;
    const uint8_t *both = bytes(packet, packet->l3 + at, 2 * length);
    int i;
    if (!both || packet->ip_version == 0)
        return;
    for (i = 0; i < 2; i++) {
        state->ends[i].version = packet->ip_version;
        memcpy(state->ends[i].bytes, both + i * length, length);
    }
}

static void take_macs(const struct flowz_packet *packet, struct state *state)
{
    const uint8_t *both = bytes(packet, packet->l2, 12);
    if (!both || packet->l3 < packet->l2 + 14)
        return;
    memcpy(state->macs[0], both + 6, 6);
    memcpy(state->macs[1], both, 6);
    state->has_macs = 1;
}

static void take_words(const struct flowz_packet *packet, struct state *state)
{
    uint32_t n;
    const uint8_t *byte;
    for (n = 0; n < packet->payload && n < sizeof(state->words) - 1; n++) {
        byte = bytes(packet, packet->l7 + n, 1);
        if (!byte || *byte == 0 || *byte == '\r' || *byte == '\n')
            break;
        state->words[n] = (char)*byte;
    }
}

static void packet(const struct flowz_packet *packet, void *flow, void *peer)
{
    struct state *state = flow;
    (void)peer;
    if (state->packets == 0) {
        take_ends(packet, state);
        take_macs(packet, state);
    }
    if (packet->payload > 0) {
        if (state->sizes_seen == 0)
            take_words(packet, state);
        if (state->sizes_seen < MOST_SIZES)
            state->sizes[state->sizes_seen++] = packet->payload;
    }
    state->packets++;
    state->bytes += packet->wire;
}

/* A word for what the flow begins with. */
static const char *kind(const struct state *state)
{
    if (state->sizes_seen == 0)
        return "silent";
    if (strncmp(state->words, "GET ", 4) == 0 || strncmp(state->words, "HTTP/", 5) == 0)
        return "http";
    if (strncmp(state->words, "SSH-", 4) == 0)
        return "ssh";
    return "other";
}

static void end(void *flow, void *peer, union flowz_value *values)
{
    struct state *state = flow;
    (void)peer;
    sizes.count = state->sizes_seen;
    sizes.items = state->sizes;
    ends.count = state->ends[0].version ? 2 : 0;
    ends.items = state->ends;
    macs.count = state->has_macs ? 2 : 0;
    macs.items = state->macs;
    values[0].text = state->words;
    values[1].text = kind(state);
    values[2].address = &state->ends[0];
    values[3].mac = state->has_macs ? state->macs[0] : NULL;
    values[4].f = (float)((double)state->bytes / (double)state->packets);
    values[5].list = &sizes;
    values[6].list = &ends;
    values[7].list = &macs;
}

static void packet_row(const struct flowz_packet *packet, void *flow, union flowz_value *values)
{
    struct state *state = flow;
    values[0].u = state->packets;
    values[1].text = packet->payload > 0 ? kind(state) : NULL;
}

#define COLUMN(type, name, unit, doc) {sizeof(struct flowz_column), type, name, unit, doc}

static const struct flowz_column columns[] = {
    COLUMN(FLOWZ_STRING, "greWords", "", "First line of the first payload, at most 32 bytes."),
    COLUMN(FLOWZ_WORD, "greKind", "", "What it looks like: http, ssh, other, or silent without payload."),
    COLUMN(FLOWZ_ADDRESS, "greFrom", "", "Source address."),
    COLUMN(FLOWZ_MAC, "greFromMac", "", "Source address in the Ethernet header."),
    COLUMN(FLOWZ_F32, "greMeanSize", "bytes", "Mean length of the packets on the wire."),
    COLUMN(FLOWZ_U16 | FLOWZ_LIST, "greSizes", "bytes", "Payload of the first packets that have some, at most 8."),
    COLUMN(FLOWZ_ADDRESS | FLOWZ_LIST, "greEnds", "", "Source and destination address."),
    COLUMN(FLOWZ_MAC | FLOWZ_LIST, "greMacs", "", "Source and destination address in the Ethernet header."),
};

static const struct flowz_column packet_columns[] = {
    COLUMN(FLOWZ_U64, "grePkt", "", "Number of the packet in its flow, from 1."),
    COLUMN(FLOWZ_WORD, "greKind", "", "What the flow looks like, where there is payload."),
};

static const struct flowz_plugin plugin = {
    .size = sizeof(struct flowz_plugin),
    .version = FLOWZ_C_VERSION,
    .name = "greeting",
    .summary = "First words of flows (example in C)",
    .number = 712,
    .flow_bytes = sizeof(struct state),
    .columns = sizeof(columns) / sizeof(columns[0]),
    .column = columns,
    .packet = packet,
    .end = end,
    .packet_columns = sizeof(packet_columns) / sizeof(packet_columns[0]),
    .packet_column = packet_columns,
    .packet_row = packet_row,
};

const struct flowz_plugin *flowz_c_plugin(uint32_t version)
{
    return version >= FLOWZ_C_VERSION ? &plugin : NULL;
}

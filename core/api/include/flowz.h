/*
 * Plugins for flowz in C, or in any language that speaks C's binary interface.
 *
 * A plugin is a shared object that exports one function, flowz_c_plugin(). flowz loads it with -p DIR, as it
 * loads plugins in Rust; unlike those it goes on working when flowz is built anew, because only C types
 * cross the border.
 *
 * Compatibility. Every structure begins with its size in bytes, but for flowz_address and flowz_list, which never
 * grow. A later version of this header appends members and never changes one that is there, so each side reads
 * what both know: a member behind the size that was given is not there. A plugin says in `version` what it
 * needs, usually FLOWZ_C_VERSION; one that needs a later version than flowz offers is refused with a sentence. A
 * version ends where a comment says "since version" of the next one.
 *
 * Threads. A plugin sees all flows and all their packets, in the order of the capture, however many threads the run
 * has. Its hooks are called one after the other, perhaps from different threads: what one has written the next one
 * sees, so no locks are needed, but thread-local variables are of no use. Hooks of another plugin may run at
 * the same time.
 *
 * Rules. Pointers that a hook gets are good until it returns. Those that it gives in a row are looked at before the
 * next hook of the plugin is called: they may point into states that the hook got, into the packet or to variables of
 * the plugin, but not to variables of the hook. A hook must come back: no longjmp out of it, no exception. The
 * state of a flow is all zeros when the flow begins and may move between calls. Variables of the plugin itself
 * live as long as the process: start() is the place to set them. Times come from packets.
 */
#ifndef FLOWZ_H
#define FLOWZ_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FLOWZ_C_VERSION 4u

/* Types of columns. H is shown in hexadecimal. */
enum flowz_type {
    FLOWZ_U8 = 1,
    FLOWZ_U16 = 2,
    FLOWZ_U32 = 3,
    FLOWZ_U64 = 4,
    FLOWZ_I64 = 5,
    FLOWZ_H8 = 6,
    FLOWZ_H16 = 7,
    FLOWZ_H32 = 8,
    FLOWZ_H64 = 9,
    FLOWZ_F64 = 10,
    /* Since version 3. */
    FLOWZ_F32 = 11,
    FLOWZ_STRING = 12,  /* text from the wire, in quotes in the flow table's text file; not FLOWZ_TEXT, a toggle's */
    FLOWZ_WORD = 13,    /* a word of a known vocabulary, never quoted */
    FLOWZ_ADDRESS = 14, /* IPv4, IPv6 or none */
    FLOWZ_MAC = 15
};

/* Added to one of these types: any number of such values (since version 3). */
#define FLOWZ_LIST 256u

/* Most bytes of a text and most items of a list in a row; what is behind is not shown (since version 3). */
#define FLOWZ_MOST 65535u

/* An address (since version 3). */
struct flowz_address {
    uint8_t version;   /* 4, 6, or 0: there is none; another one ends the run */
    uint8_t bytes[16]; /* in the order of the wire; of IPv4 the first four */
};

/* Values of a list one behind the other (since version 3). */
struct flowz_list {
    uint32_t count;
    /* U8 and H8: uint8_t, U16 and H16: uint16_t, and so on; I64: int64_t; F32: float; F64: double; STRING and WORD:
     * const char *; ADDRESS: struct flowz_address; MAC: uint8_t[6]. */
    const void *items;
};

/* A value of a column; which member counts is told by the column's type: u, but i for I64 and d for F64. Of a
 * toggle: u, but d for NUMBER and text for TEXT.
 *
 * Since version 3: f for F32; text for STRING and WORD, any bytes that end with a zero; address, mac (six
 * bytes), and list for all types with FLOWZ_LIST. A null pointer is an empty text, no address, an empty list. */
union flowz_value {
    uint64_t u;
    int64_t i;
    double d;
    const char *text;
    float f;
    const struct flowz_address *address;
    const uint8_t *mac;
    const struct flowz_list *list;
};

/* A column of the flow table or of the packet table. Texts are UTF-8 and live as long as the plugin. */
struct flowz_column {
    uint32_t size;    /* sizeof(struct flowz_column) */
    uint32_t type;    /* enum flowz_type, perhaps with FLOWZ_LIST */
    const char *name; /* letters, digits and underscores */
    const char *unit; /* may be empty */
    const char *doc;  /* a sentence, with its full stop */
};

/* Types of toggles (since version 2). */
enum flowz_toggle_type {
    FLOWZ_BOOL = 1,   /* 0 or 1 */
    FLOWZ_WHOLE = 2,  /* 0 and more */
    FLOWZ_NUMBER = 3, /* with a fraction */
    FLOWZ_TEXT = 4
};

/* A setting that users change in files, in the environment and on the command line (since version 2). */
struct flowz_toggle {
    uint32_t size;        /* sizeof(struct flowz_toggle) */
    uint32_t type;        /* enum flowz_toggle_type */
    const char *name;     /* capital letters, digits and underscores */
    const char *standard; /* the value if nobody sets another, as one would type it */
    const char *doc;      /* a sentence, with its full stop */
    double min, max;      /* of WHOLE and NUMBER: what is allowed; both 0: everything */
};

/* What start() gets (since version 2). */
struct flowz_start {
    uint32_t size;
    uint32_t toggles;                /* number of values */
    const union flowz_value *toggle; /* in the order of the plugin's list; texts are good until the run ends */
    void *run;                       /* for timeout() */
    /* Registers a timeout in seconds and yields its number, for flowz_packet; -1 if there are too many, if it is
     * no length of time, or if the plugin does not steer. */
    int32_t (*timeout)(void *run, double seconds);
};

/* What report() gets (since version 2). */
struct flowz_report {
    uint32_t size;
    uint32_t reserved;
    uint64_t packets;     /* read */
    uint64_t flow_bytes;  /* captured bytes of packets that belong to flows */
    uint64_t tcp_packets;
    uint64_t flows;       /* directions that ended */
    void *run;            /* for the functions */
    /* Adds a line `key: n [share of total]`; without share if total is 0. */
    void (*count)(void *run, const char *key, uint64_t n, uint64_t total);
    /* Adds a line `key: value`. */
    void (*text)(void *run, const char *key, const char *value);
};

/* What a hook sees of a packet. Offsets are those of headers in data; they may lie behind the captured
 * bytes: compare with captured before reading. */
struct flowz_packet {
    uint32_t size;
    uint32_t captured;      /* bytes of data */
    const uint8_t *data;
    int64_t time;           /* nanoseconds since 1970 */
    uint64_t number;        /* in the capture, from 1 */
    uint64_t flow;          /* number of the flow (flowInd) */
    uint32_t wire;          /* bytes on the wire */
    uint32_t l2, l3, l4, l7; /* where the headers begin */
    uint16_t payload;       /* bytes of layer 7, as the headers tell; at most 65535 */
    uint16_t ethertype;
    uint16_t vlan;
    uint16_t src_port, dst_port;
    uint8_t protocol;       /* of layer 4; 0 if there is none */
    uint8_t ip_version;     /* 4, 6, or 0 of a layer-2 flow */
    uint8_t direction;      /* 'A' or 'B' */
    uint8_t reserved[7];
    /* Since version 2: the number of the timeout of the flow and of its peer, to be set to one that the plugin
     * has registered. Null pointers if the plugin does not steer, and in packet_row(); peer_timeout also if there is
     * no peer. */
    int32_t *timeout;
    int32_t *peer_timeout;
    /* Since version 4: set to 1, the flow and its peer end behind this packet, if the user allows that with
     * core.FORCE_MODE=1; the next packet of either begins another flow. A null pointer where timeout is one. */
    uint8_t *end_flow;
};

struct flowz_plugin {
    uint32_t size;          /* sizeof(struct flowz_plugin) */
    uint32_t version;       /* FLOWZ_C_VERSION */
    const char *name;       /* camel case, letters and digits */
    const char *summary;    /* one line, without full stop */
    uint32_t number;        /* place in the order of plugins, 0 to 899 */
    uint32_t flow_bytes;    /* size of the state of a flow, up to 65536; aligned for uint64_t */
    uint32_t columns;       /* number of columns of the flow table, up to 128 */
    uint32_t on_by_default; /* 0 or 1 */
    const struct flowz_column *column;
    /* A packet of a flow. peer: the state of the other direction, or a null pointer. */
    void (*packet)(const struct flowz_packet *packet, void *flow, void *peer);
    /* A flow ends: fill in a value for each column. They are all zeros before. */
    void (*end)(void *flow, void *peer, union flowz_value *values);
    /* Since version 2. */
    uint32_t toggles;       /* number of toggles, up to 128 */
    uint32_t steers;        /* 1: changes timeouts of flows */
    const struct flowz_toggle *toggle;
    /* Before the first packet. Yields a null pointer, or a sentence that says why the plugin cannot start. */
    const char *(*start)(const struct flowz_start *start);
    /* Behind the last packet. */
    void (*report)(const struct flowz_report *report);
    /* Since version 3. */
    uint32_t packet_columns; /* number of columns of the packet table, up to 128 */
    uint32_t reserved;       /* 0 */
    const struct flowz_column *packet_column;
    /* Behind packet(), if the run writes a packet table: fill in a value for each of its columns, also if the flow is
     * one of layer 2. They are all zeros before. */
    void (*packet_row)(const struct flowz_packet *packet, void *flow, union flowz_value *values);
};

/* What every plugin exports. version: the FLOWZ_C_VERSION of flowz. Yields a structure that lives as long as
 * the object, or a null pointer if the plugin cannot work with that version. */
const struct flowz_plugin *flowz_c_plugin(uint32_t version);

#ifdef __cplusplus
}
#endif

#endif

#!/bin/bash
# Makes zerowin.pcap: receivers that stop reading (zero windows and probes),
# pauses of more than 1.2 s, resets, and a few ordinary connections.
# What each connection does is the plan in zerowin_ends.py.
# Usage: zerowin.sh [OUTPUT FOLDER]
source "$(dirname "$0")/netns.sh"

need python3:python3

all_listen() {
    [ "$(in_space "$NS_B" ss -Hltn | wc -l)" = \
        "$(python3 "$SCRIPTS/zerowin_ends.py" ports)" ]
}

pair
start ip netns exec "$NS_B" python3 "$SCRIPTS/zerowin_ends.py" server "$IP_B"
wait_for 10 all_listen
capture_start "$NS_A" eth0 "$OUT/zerowin.pcap" 128
in_space "$NS_A" python3 "$SCRIPTS/zerowin_ends.py" client "$IP_B"
wait "${JOBS[0]}" # the server has more to read when the client is done
capture_stop

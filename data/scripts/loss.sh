#!/bin/bash
# Makes loss.pcap: one upload and one download over a line that loses, delays
# and doubles segments. Captured at the client: of the upload it shows what
# the sender sees, of the download what the receiver sees.
# Usage: loss.sh [OUTPUT FOLDER]
source "$(dirname "$0")/netns.sh"

need python3:python3

line() {
    local id
    for id in "$NS_A" "$NS_B" "$NS_M"; do space "$id"; done
    in_space "$NS_M" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
    link "$NS_A" eth0 "$MAC_A" "$NS_M" left 02:00:00:00:02:01
    link "$NS_M" right 02:00:00:00:02:02 "$NS_B" eth0 "$MAC_B"
    addresses "$NS_A" eth0 "$IP_A" "$IP6_A"
    addresses "$NS_B" eth0 "$IP_B" "$IP6_B"
    start ip netns exec "$NS_M" python3 "$SCRIPTS/bad_line.py" left right
    sleep 3 # let the multicast reports of the new addresses pass
}

line
start ip netns exec "$NS_B" python3 "$SCRIPTS/bulk_ends.py" server "$IP_B"
wait_for 10 listens "$NS_B" 5201
capture_start "$NS_A" eth0 "$OUT/loss.pcap" 96
in_space "$NS_A" python3 "$SCRIPTS/bulk_ends.py" client "$IP_B"
capture_stop

#!/bin/bash
# Makes frag.pcap: fragments of the kernel (ping and UDP, IPv4 and IPv6),
# followed by fragments that frag_made.py makes.
# Usage: frag.sh [OUTPUT FOLDER]
source "$(dirname "$0")/netns.sh"

SNAP=200

need ping:iputils-ping python3:python3
python3 -c 'import scapy' 2>/dev/null ||
    { echo "scapy is missing: apt-get install python3-scapy" >&2; exit 1; }

traffic() {
    local server
    for server in "$IP_B" "$IP6_B"; do
        in_space "$NS_A" ping -q -n -c 2 -i 0.3 -s 4000 "$server" >/dev/null
        in_space "$NS_A" python3 "$SCRIPTS/udp_ends.py" client "$server"
    done
}

pair
start ip netns exec "$NS_B" python3 "$SCRIPTS/udp_ends.py" server
sleep 1
capture_start "$NS_A" eth0 "$WORK/real.pcap" "$SNAP"
traffic
capture_stop
python3 "$SCRIPTS/frag_made.py" "$WORK/real.pcap" "$OUT/frag.pcap" "$SNAP"

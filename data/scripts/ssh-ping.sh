#!/bin/bash
# Makes ssh-ping.pcapng: an ssh session, pings, and ICMP errors.
# Usage: ssh-ping.sh [OUTPUT FOLDER]
source "$(dirname "$0")/netns.sh"

need sshd:openssh-server ssh:openssh-client ping:iputils-ping \
    editcap:wireshark-common

keys() {
    ssh-keygen -q -t ed25519 -N '' -C server -f "$WORK/host"
    ssh-keygen -q -t ed25519 -N '' -C client -f "$WORK/user"
    echo "$IP_B $(cat "$WORK/host.pub")" >"$WORK/known"
}

server() {
    mkdir -p /run/sshd
    start ip netns exec "$NS_B" /usr/sbin/sshd -D -e -f /dev/null \
        -h "$WORK/host" -o PidFile=none -o UsePAM=no -o StrictModes=no \
        -o PermitRootLogin=prohibit-password -o PrintMotd=no \
        -o UseDNS=no -o AuthorizedKeysFile="$WORK/user.pub"
    wait_for 10 listens "$NS_B" 22
}

login() {
    in_space "$NS_A" ssh -F /dev/null -i "$WORK/user" -o LogLevel=ERROR \
        -o UserKnownHostsFile="$WORK/known" -o StrictHostKeyChecking=yes \
        "$@" "root@$IP_B"
}

# type_slowly TEXT: one character at a time, as a person would.
type_slowly() {
    local i
    for ((i = 0; i < ${#1}; i++)); do
        printf %s "${1:i:1}"
        sleep 0.08
    done
    printf '\n'
    sleep 0.4
}

session() {
    sleep 1
    type_slowly 'echo hello'
    type_slowly 'seq 200'
    type_slowly 'exit'
}

try_ping() { in_space "$NS_A" ping -q -n "$@" >/dev/null || true; }

# The server routes, but only to nowhere: it answers with ICMP errors.
dead_ends() {
    in_space "$NS_B" sysctl -qw net.ipv4.ip_forward=1
    ip -n "$NS_B" route add unreachable 10.2.0.0/24
    ip -n "$NS_B" route add prohibit 10.3.0.0/24
    ip -n "$NS_B" route add 10.4.0.0/24 via 10.1.0.99
    ip -n "$NS_A" route add 10.0.0.0/8 via "$IP_B"
}

pings() {
    try_ping -c 4 -i 0.3 "$IP_B"
    try_ping -c 3 -i 0.3 "$IP6_B"
    try_ping -c 2 -W 1 10.1.0.99       # nobody there: ARP without answer
    try_ping -c 1 -W 1 2001:db8:1::99  # the same for IPv6
    try_ping -c 1 -W 1 10.2.0.1        # host unreachable
    try_ping -c 1 -W 1 10.3.0.1        # administratively prohibited
    try_ping -c 1 -W 1 -t 1 10.4.0.1   # time to live exceeded
}

closed_port() {
    in_space "$NS_A" bash -c "echo anyone >/dev/udp/$1/40000"
    sleep 1
}

keys
pair
dead_ends
server
capture_start "$NS_A" eth0 "$WORK/micro.pcap" 0 --time-stamp-precision=nano
pings
closed_port "$IP_B"
closed_port "$IP6_B"
session | login -tt >/dev/null
login -T <<<'head -c 3000 /dev/zero' >/dev/null
capture_stop
editcap -F pcapng "$WORK/micro.pcap" "$OUT/ssh-ping.pcapng"

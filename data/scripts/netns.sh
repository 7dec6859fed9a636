# Shared by the scripts that capture real traffic: namespaces, links, tcpdump.
# Source it; it cleans up everything it made when the script ends.
# Needs root, and Debian 12 or newer (or anything with the same programs).
# shellcheck shell=bash disable=SC2034

set -euo pipefail

SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
OUT=$(cd "${1:-$SCRIPTS/..}" && pwd)

NS_A="flowz-a-$$"   # the client
NS_B="flowz-b-$$"   # the server
NS_M="flowz-m-$$"   # between them, where a script wants something there

IP_A=10.1.0.10 IP_B=10.1.0.2
IP6_A=2001:db8:1::10 IP6_B=2001:db8:1::2
MAC_A=02:00:00:00:01:01 MAC_B=02:00:00:00:01:02

WORK=$(mktemp -d)
SPACES=()
JOBS=()
CAPTURE=

clean_up() {
    local job space
    for job in $(jobs -pr); do
        kill "$job" 2>/dev/null || true
        wait "$job" 2>/dev/null || true
    done
    for space in ${SPACES[@]+"${SPACES[@]}"}; do
        ip netns del "$space" || true
        rm -rf "/etc/netns/$space"
    done
    rmdir /etc/netns 2>/dev/null || true
    rm -rf "$WORK"
}
trap clean_up EXIT

# need PROGRAM:PACKAGE...: stop, and say what to install, if one is missing.
need() {
    local pair missing=()
    [ "$(id -u)" = 0 ] || { echo "run this as root" >&2; exit 1; }
    for pair in "$@" ip:iproute2 tcpdump:tcpdump ethtool:ethtool; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    [ ${#missing[@]} = 0 ] && return
    echo "missing programs: apt-get install ${missing[*]}" >&2
    exit 1
}

# space NAME: make a namespace whose IPv6 stays quiet.
space() {
    ip netns add "$1"
    SPACES+=("$1")
    in_space "$1" sysctl -qw \
        net.ipv6.conf.all.accept_ra=0 net.ipv6.conf.default.accept_ra=0 \
        net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
        net.ipv6.conf.default.router_solicitations=0
    ip -n "$1" link set lo up
}

in_space() { ip netns exec "$@"; }

# link SPACE1 DEV1 MAC1 SPACE2 DEV2 MAC2: a veth pair, up, without offloads,
# so that frames are as long, and checksums as right, as on a cable.
link() {
    ip link add "$2" netns "$1" address "$3" type veth \
        peer name "$5" netns "$4" address "$6"
    link_up "$1" "$2"
    link_up "$4" "$5"
}

link_up() {
    in_space "$1" ethtool -K "$2" tx off tso off gso off gro off >/dev/null
    ip -n "$1" link set "$2" up
}

# addresses SPACE DEV IPV4 IPV6
addresses() {
    ip -n "$1" addr add "$3/24" dev "$2"
    ip -n "$1" addr add "$4/64" dev "$2" nodad
}

# pair: the client and the server on one cable, with addresses.
pair() {
    space "$NS_A"
    space "$NS_B"
    link "$NS_A" eth0 "$MAC_A" "$NS_B" eth0 "$MAC_B"
    addresses "$NS_A" eth0 "$IP_A" "$IP6_A"
    addresses "$NS_B" eth0 "$IP_B" "$IP6_B"
    sleep 3 # let the multicast reports of the new addresses pass
}

# start COMMAND...: run in the background until the script ends.
start() {
    "$@" >"$WORK/job-${#JOBS[@]}.log" 2>&1 &
    JOBS+=($!)
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local tries=$(($1 * 10))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || { echo "gave up waiting for: $*" >&2; exit 1; }
        sleep 0.1
    done
}

# listens SPACE PORT: whether something listens on the TCP port.
listens() { [ -n "$(in_space "$1" ss -Hltn "sport = :$2")" ]; }

# capture_start SPACE DEV FILE SNAPLEN [TCPDUMP OPTION...]
capture_start() {
    local file=$3 log="$WORK/tcpdump.log"
    # Not through in_space: in the background that would be one more shell,
    # and tcpdump would not get the signal of capture_stop.
    ip netns exec "$1" tcpdump -Z root -n -p --immediate-mode -U \
        -i "$2" -s "$4" -w "$file" "${@:5}" 2>"$log" &
    CAPTURE=$!
    wait_for 10 grep -q listening "$log"
}

capture_stop() {
    sleep 0.5
    kill -INT "$CAPTURE"
    wait "$CAPTURE"
    grep -q "^0 packets dropped by kernel" "$WORK/tcpdump.log" ||
        { cat "$WORK/tcpdump.log" >&2; exit 1; }
}

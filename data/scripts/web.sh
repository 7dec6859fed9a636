#!/bin/bash
# Makes web.pcap: curl against an HTTP server, dig against a DNS server.
# Usage: web.sh [OUTPUT FOLDER]
source "$(dirname "$0")/netns.sh"

SITE=www.example.test

need curl:curl dig:bind9-dnsutils dnsmasq:dnsmasq-base python3:python3

files() {
    mkdir "$WORK/site"
    printf '<html><body>%s</body></html>\n' hello >"$WORK/site/index.html"
    printf 'body { color: black }\n' >"$WORK/site/style.css"
    seq -f 'line %06.0f of a file' 2600 | head -c 61440 >"$WORK/site/large.txt"
}

servers() {
    start ip netns exec "$NS_B" dnsmasq -k -C /dev/null -u root -x "$WORK/pid" \
        --no-resolv --no-hosts --local=/example.test/ \
        --host-record="$SITE,$IP_B,$IP6_B" \
        --mx-host=example.test,mail.example.test,10 \
        --txt-record=example.test,"v=spf1 -all"
    start ip netns exec "$NS_B" env -C "$WORK/site" \
        python3 -m http.server --bind :: \
        --protocol HTTP/1.1 80
    wait_for 10 listens "$NS_B" 53
    wait_for 10 listens "$NS_B" 80
}

resolver() {
    mkdir -p "/etc/netns/$NS_A"
    echo "nameserver $IP_B" >"/etc/netns/$NS_A/resolv.conf"
}

fetch() { in_space "$NS_A" curl -s -o /dev/null "$@"; sleep 0.2; }

ask() { in_space "$NS_A" dig +short "$@" >/dev/null; sleep 0.1; }

traffic() {
    ask "$SITE" A
    ask "$SITE" AAAA
    ask missing.example.test A
    ask example.test MX
    fetch -4 "http://$SITE/"
    fetch -4 "http://$SITE/" -o /dev/null "http://$SITE/style.css" \
        -o /dev/null "http://$SITE/index.html" # one connection, kept alive
    fetch -4 -I "http://$SITE/large.txt"
    fetch -4 "http://$SITE/not-here"
    fetch -6 "http://$SITE/style.css"
    fetch -4 "http://$SITE/large.txt"
}

files
pair
resolver
servers
capture_start "$NS_A" eth0 "$OUT/web.pcap" 0
traffic
capture_stop

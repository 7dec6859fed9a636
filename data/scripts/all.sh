#!/bin/bash
# Makes all captures, and the tables of README.md from them.
# Usage: all.sh [OUTPUT FOLDER]   (as root; default: the folder above this one)
set -euo pipefail

SCRIPTS=$(cd "$(dirname "$0")" && pwd)
OUT=$(cd "${1:-$SCRIPTS/..}" && pwd)

python3 -c 'import scapy' 2>/dev/null ||
    { echo "scapy is missing: apt-get install python3-scapy" >&2; exit 1; }

for name in web ssh-ping loss zerowin frag; do
    echo "$name"
    bash "$SCRIPTS/$name.sh" "$OUT"
done
bash "$SCRIPTS/made.sh" "$OUT"
if [ -e "$OUT/README.md" ]; then
    python3 "$SCRIPTS/facts.py" "$OUT"
fi

#!/bin/bash
# Makes the captures that always get the same bytes; needs no root.
# Usage: made.sh [OUTPUT FOLDER]
#        made.sh --check    (makes them twice, compares with those in place)
set -euo pipefail

SCRIPTS=$(cd "$(dirname "$0")" && pwd)
DATA=$(cd "$SCRIPTS/.." && pwd)

make_all() {
    local name
    for name in rare backwards many fragments call broken; do
        python3 "$SCRIPTS/$name.py" "$1"
    done
}

check() {
    local file
    WORK=$(mktemp -d)
    trap 'rm -rf "$WORK"' EXIT
    make_all "$WORK/one"
    make_all "$WORK/two"
    (cd "$WORK/one" && find . -type f) | sort | while read -r file; do
        cmp "$WORK/one/$file" "$WORK/two/$file"
        cmp "$WORK/one/$file" "$DATA/$file"
        echo "same bytes: ${file#./}"
    done
}

if [ "${1:-}" = --check ]; then
    check
else
    make_all "${1:-$DATA}"
fi

# hrtime(seconds, [mode]): a duration for people: 93784.5 is 1d 2h 3m 4.5s; mode 1 writes 26:03:04.5.
# Example: tawk '{ print hrtime($duration) }' x_flows.txt
function hrtime(seconds, mode,   rest, left, out) {
    rest = _fraction(seconds)
    sub(/0+$/, "", rest)
    if (rest == ".") rest = ""
    left = int(seconds)
    if (mode + 0 == 1) return sprintf("%02d:%02d:%02d", left / 3600, left / 60 % 60, left % 60) rest
    out = ""
    if (left >= 86400) out = int(left / 86400) "d "
    if (left >= 3600) out = out int(left / 3600) % 24 "h "
    if (left >= 60) out = out int(left / 60) % 60 "m "
    return out left % 60 rest "s"
}

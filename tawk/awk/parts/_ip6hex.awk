# _ip6hex(text): an IPv6 address as 32 digits in hexadecimal; empty if it is none.
function _ip6hex(text,   half, halves, digits, tail, n, i) {
    text = tolower(text)
    if (text !~ /^[0-9a-f:]*:[0-9a-f:.]*$/) return ""
    if (index(text, ".")) {
        tail = text
        sub(/^.*:/, "", tail)
        if (!_isip4(tail)) return ""
        split(tail, half, ".")
        text = substr(text, 1, length(text) - length(tail)) sprintf("%x:%x", half[1] * 256 + half[2], half[3] * 256 + half[4])
    }
    halves = split(text, half, "::")
    if (halves > 2) return ""
    digits = _ip6groups(half[1])
    if (halves == 1) return length(digits) == 32 ? digits : ""
    tail = _ip6groups(half[2])
    n = 32 - length(digits) - length(tail)
    if (digits == "x" || tail == "x" || n < 4) return ""
    for (i = 0; i < n; i++) digits = digits "0"
    return digits tail
}

# _isip4(text): whether it is an IPv4 address in dotted form.
function _isip4(text,   part, i) {
    if (text !~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/) return 0
    split(text, part, ".")
    for (i = 1; i <= 4; i++) if (length(part[i]) > 3 || part[i] + 0 > 255) return 0
    return 1
}

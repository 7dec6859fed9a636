# _ip4num(text): an IPv4 address in dotted form as number.
function _ip4num(text,   part) {
    split(text, part, ".")
    return ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4]
}

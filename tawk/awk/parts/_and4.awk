# _and4(a, b): bits of two numbers below 16 that both have.
function _and4(a, b,   bit, out) {
    out = 0
    for (bit = 1; bit < 16; bit *= 2) if (int(a / bit) % 2 && int(b / bit) % 2) out += bit
    return out
}

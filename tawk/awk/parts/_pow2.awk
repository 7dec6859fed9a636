# _pow2(n): 2 to the power of a whole number, for awks without powers.
function _pow2(n,   out) {
    for (out = 1; n > 0; n--) out *= 2
    return out
}

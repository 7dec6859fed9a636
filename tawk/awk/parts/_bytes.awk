# _bytes(digits): bytes that digits in hexadecimal stand for. They are printed, since texts of some awks end at a byte 0.
function _bytes(digits,   i) {
    digits = _digits(digits)
    for (i = 1; i < length(digits); i += 2) printf "%c", _unhex(substr(digits, i, 2))
    return ""
}

# _tohex(text): its bytes in hexadecimal.
function _tohex(text,   i, out) {
    out = ""
    for (i = 1; i <= length(text); i++) out = out sprintf("%02x", _ord(substr(text, i, 1)))
    return out
}

# base64(text): a text in Base64 (RFC 4648, section 4).
# Example: tawk '{ print base64($hdrDesc) }' x_flows.txt
function base64(text,   letters, out, i, n, value) {
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    out = ""
    n = length(text)
    for (i = 1; i <= n; i += 3) {
        value = _ord(substr(text, i, 1)) * 65536 + _ord(substr(text, i + 1, 1)) * 256 + _ord(substr(text, i + 2, 1))
        out = out substr(letters, int(value / 262144) + 1, 1) substr(letters, int(value / 4096) % 64 + 1, 1)
        out = out (i + 1 > n ? "=" : substr(letters, int(value / 64) % 64 + 1, 1)) (i + 2 > n ? "=" : substr(letters, value % 64 + 1, 1))
    }
    return out
}

# base64d(text): the text that is written in Base64.
# Example: tawk '{ print base64d(base64($hdrDesc)) }' x_flows.txt
function base64d(text,   letters, out, i, j, value, count) {
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    gsub(/[^A-Za-z0-9+\/]/, "", text)
    out = ""
    for (i = 1; i <= length(text); i += 4) {
        value = count = 0
        for (j = 0; j < 4; j++) {
            if (i + j <= length(text)) count++
            value = value * 64 + (i + j <= length(text) ? index(letters, substr(text, i + j, 1)) - 1 : 0)
        }
        if (count > 1) out = out sprintf("%c", int(value / 65536))
        if (count > 2) out = out sprintf("%c", int(value / 256) % 256)
        if (count > 3) out = out sprintf("%c", value % 256)
    }
    return out
}

# json(text): a text as it stands between quotes in JSON (RFC 8259).
# Example: tawk '{ print "{\"chain\":\"" json($hdrDesc) "\"}" }' x_flows.txt
function json(text,   out, i, letter) {
    if (text !~ /[\\"\001-\037]/) return text
    out = ""
    for (i = 1; i <= length(text); i++) {
        letter = substr(text, i, 1)
        if (letter == "\\" || letter == "\"") letter = "\\" letter
        else if (letter == "\t") letter = "\\t"
        else if (letter == "\n") letter = "\\n"
        else if (letter == "\r") letter = "\\r"
        else if (letter < " ") letter = sprintf("\\u%04x", _ord(letter))
        out = out letter
    }
    return out
}

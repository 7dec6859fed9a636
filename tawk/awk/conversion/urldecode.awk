# urldecode(text): a text in which %41 and + of an URL are the letters that they stand for (RFC 3986, section 2.1).
# Example: tawk 'http() { print urldecode($httpURL) }' x_flows.txt
function urldecode(text,   out, at) {
    gsub(/\+/, " ", text)
    out = ""
    while ((at = match(text, /%[0-9A-Fa-f][0-9A-Fa-f]/)) > 0) {
        out = out substr(text, 1, at - 1) sprintf("%c", _unhex(substr(text, at + 1, 2)))
        text = substr(text, at + 3)
    }
    return out text
}

# unquote(text): the text without the quotes around it.
# Example: tawk '{ print unquote($dnsQname) }' x_flows.txt
function unquote(text) {
    if (text ~ /^".*"$/ && length(text) > 1) return substr(text, 2, length(text) - 2)
    return text
}

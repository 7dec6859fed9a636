# bfeq(a, b): whether two values are equal as numbers, in hexadecimal (0x06) or decimal, whatever zeros are in front.
# Example: tawk 'bfeq($ethType, 0x800)' x_flows.txt
function bfeq(a, b) {
    if (a == "" || b == "") return a "" == b ""
    return _hex(a) "" == _hex(b) ""
}

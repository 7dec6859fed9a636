# join(array, [separator]): values with the numbers 1, 2 and so on of an array as one text; the separator is that of the output.
# Example: tawk '{ split($hdrDesc, part, ":"); print join(part, " > ") }' x_flows.txt
function join(array, separator,   out, i) {
    if (separator == "") separator = OFS
    out = array[1]
    for (i = 2; i in array; i++) out = out separator array[i]
    return out
}

# _parts(value, separator, part): values of a cell. A separator within quotes or round brackets separates nothing.
function _parts(value, separator, part,   count, i, letter, quoted, depth) {
    if (index(value, "\"") == 0 && index(value, "(") == 0) {
        # A text of one letter is no regular expression, but for a blank.
        count = split(value, part, separator == " " ? "[ ]" : separator)
        if (!count) part[1] = ""
        return count
    }
    count = 1
    part[1] = ""
    quoted = depth = 0
    for (i = 1; i <= length(value); i++) {
        letter = substr(value, i, 1)
        if (letter == "\\" && quoted) {
            part[count] = part[count] letter
            letter = substr(value, ++i, 1)
        } else if (letter == "\"") {
            quoted = !quoted
        } else if (!quoted && letter == "(") {
            depth++
        } else if (!quoted && letter == ")") {
            depth--
        }
        if (letter == separator && !quoted && depth < 1) part[++count] = ""
        else part[count] = part[count] letter
    }
    return count
}

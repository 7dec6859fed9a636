# _unescape(text): a text of a cell in which \n, \t, \\ and the like are one letter.
function _unescape(text,   out, at, letter) {
    out = ""
    while ((at = index(text, "\\")) > 0) {
        letter = substr(text, at + 1, 1)
        out = out substr(text, 1, at - 1)
        if (letter == "n") out = out "\n"
        else if (letter == "r") out = out "\r"
        else if (letter == "t") out = out "\t"
        else if (letter == "b") out = out "\b"
        else if (letter == "f") out = out "\f"
        else if (letter == "v") out = out "\v"
        else out = out letter
        text = substr(text, at + 2)
    }
    return out text
}

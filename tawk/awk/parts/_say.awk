# _say(mark, colour, text): a text with its mark, in colour if somebody sees it.
function _say(mark, colour, text) {
    if (_t_colour) return "\033[" colour "m" mark text "\033[0m"
    return mark text
}

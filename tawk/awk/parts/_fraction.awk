# _fraction(time): what stands behind the point of a time, with the point; empty for none.
function _fraction(time,   at) {
    at = index(time, ".")
    return at ? substr(time, at) : ""
}

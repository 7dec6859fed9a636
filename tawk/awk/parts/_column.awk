# _column(name): number of the column with this name or this number; without one the run ends.
function _column(name) {
    if (name ~ /^[0-9]+$/) return name + 0
    if (!_place(name)) _fail("there is no column '" name "'")
    return _place(name)
}

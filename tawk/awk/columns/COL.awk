# COL(name): number of the column with this name, for names that are made when the program runs.
# Example: tawk '{ print $COL("src" "IP") }' x_flows.txt
function COL(name) {
    return _column(name)
}

# _inmacs(cell, list): whether one of the hardware addresses of a cell is in a list.
function _inmacs(cell, list,   part, n, i) {
    n = split(tolower(list), part, /[;, \t]+/)
    for (i = 1; i <= n; i++) if (part[i] != "" && index(";" tolower(cell) ";", ";" part[i] ";")) return 1
    return 0
}

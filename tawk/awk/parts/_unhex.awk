# _unhex(digits): the number that digits in hexadecimal are; above 2^53 the nearest one that awk has.
function _unhex(digits,   i, value) {
    value = 0
    digits = tolower(digits)
    for (i = 1; i <= length(digits); i++) value = value * 16 + index("0123456789abcdef", substr(digits, i, 1)) - 1
    return value
}

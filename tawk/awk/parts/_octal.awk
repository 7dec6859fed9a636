# _octal(digits): the number that octal digits are.
function _octal(digits,   i, value) {
    value = 0
    for (i = 1; i <= length(digits); i++) value = value * 8 + substr(digits, i, 1)
    return value
}

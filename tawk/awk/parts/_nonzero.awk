# _nonzero(value): whether a number in hexadecimal or decimal is not 0.
function _nonzero(value) {
    return value != "" && value !~ /^0[xX]?0*$/
}

# _ord(letter): number of a byte, 0 for none.
function _ord(letter,   i) {
    if (!_t_ordread) {
        _t_ordread = 1
        for (i = 1; i < 256; i++) _t_ord[sprintf("%c", i)] = i
    }
    return letter in _t_ord ? _t_ord[letter] : 0
}

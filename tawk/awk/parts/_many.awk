# _many(name, value): smallest, largest, sum and number of values.
function _many(name, value) {
    if (value == "") return
    if (!_t_count[name]++) _t_least[name] = _t_most[name] = value + 0
    if (value + 0 < _t_least[name]) _t_least[name] = value + 0
    if (value + 0 > _t_most[name]) _t_most[name] = value + 0
    _t_sum[name] += value
}

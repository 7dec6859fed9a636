# proto([list]): rows of these protocols of layer 4, by number or range; without a list the number.
# Example: tawk 'proto("6;17")' x_flows.txt
function proto(list) {
    return list == "" ? $l4Proto : _inlist($l4Proto, list)
}

# flow([list]): rows of the flows with these numbers; without a list the number.
# Example: tawk 'flow("1;3-5")' x_flows.txt
function flow(list) {
    return list == "" ? $flowInd : _inlist($flowInd, list)
}

# snet([list]): rows whose source is in one of these networks, as shost(); without a list the address.
# Example: tawk 'snet("10.0.0.0/8")' x_flows.txt
function snet(list) {
    return list == "" ? $srcIP : _innets($srcIP, list)
}

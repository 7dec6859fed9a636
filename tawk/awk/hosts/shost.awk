# shost([list]): rows with this source address, or one in these networks; without a list the address.
# Addresses, networks (10.0.0.0/8, 10.0.0.0/255.0.0.0, fe80::/10) and ranges (10.0.0.1-10.0.0.9), separated by ;.
# Example: tawk 'shost("10.1.0.0/16;2001:db8::/32")' x_flows.txt
function shost(list) {
    return list == "" ? $srcIP : _innets($srcIP, list)
}

# abs(number): the number without its sign.
# Example: tawk '{ print abs($pktAsm) }' x_flows.txt
function abs(number) {
    return number < 0 ? -number : number + 0
}

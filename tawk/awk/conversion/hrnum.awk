# hrnum(number, [mode], [suffix]): a number for people: 57389 is 57.39 K; mode 1 counts in steps of 1024 (Ki, Mi); the suffix is a unit.
# Example: tawk '{ print hrnum($l7BytesSnt, 0, "B") }' x_flows.txt
function hrnum(number, mode, suffix,   step, sign, n, out, unit) {
    step = mode + 0 == 1 ? 1024 : 1000
    sign = number < 0 ? "-" : ""
    number = number < 0 ? -number : number + 0
    n = 0
    while (number >= step && n < 6) {
        number /= step
        n++
    }
    out = n ? sprintf("%.2f", number) : number
    unit = (n ? substr("KMGTPE", n, 1) (step == 1024 ? "i" : "") : "") suffix
    return sign out (unit == "" ? "" : " ") unit
}

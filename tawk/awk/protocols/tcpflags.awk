# tcpflags([letters]): rows with these TCP flags: F S R P A U E C, one that must not be set with ! in front of it; without letters those that are set.
# Example: tawk 'tcpflags("S!A")' x_packets.txt
function tcpflags(letters,   all, digits, low, i, letter, not, set, out) {
    digits = _hex($tcpFlags)
    low = _unhex(substr(digits, length(digits) > 1 ? length(digits) - 1 : 1))
    all = "FSRPAUEC"
    out = ""
    for (i = 1; i <= 8; i++) if (int(low / _pow2(i - 1)) % 2) out = out substr(all, i, 1)
    if (letters == "") return out
    not = 0
    for (i = 1; i <= length(letters); i++) {
        letter = toupper(substr(letters, i, 1))
        if (letter == "!") {
            not = 1
            continue
        }
        if (!index(all, letter)) _fail("'" letter "' is no TCP flag: F S R P A U E C")
        set = index(out, letter) > 0
        if (set == not) return 0
        not = 0
    }
    return 1
}

# timestamp(text): seconds since 1970 of a date and time such as 2026-11-21T02:13:16.998752Z; without a zone it is UTC, else Z or +0100.
# Example: tawk '$timeFirst > timestamp("2026-11-01")' x_flows.txt
function timestamp(text,   part, zone, sign, seconds, rest) {
    if (text !~ /^[0-9]+-[0-9]+-[0-9]+/) return ""
    zone = text
    sign = 0
    if (match(zone, /[0-9][-+][0-9][0-9]:?[0-9][0-9]$/)) {
        sign = substr(zone, RSTART + 1, 1) == "-" ? -1 : 1
        zone = substr(zone, RSTART + 2)
        sub(/:/, "", zone)
        text = substr(text, 1, RSTART)
        sign *= substr(zone, 1, 2) * 3600 + substr(zone, 3, 2) * 60
    }
    sub(/Z$/, "", text)
    rest = _fraction(text)
    if (rest != "") text = substr(text, 1, length(text) - length(rest))
    split(text, part, /[-T: ]/)
    seconds = _days(part[1] + 0, part[2] + 0, part[3] + 0) * 86400 + part[4] * 3600 + part[5] * 60 + part[6] - sign
    return seconds + (rest == "" ? 0 : "0" rest)
}

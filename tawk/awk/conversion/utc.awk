# utc([time]): a time in seconds since 1970 as date and time of UTC, its digits behind the point kept; without one that of the row (timeFirst).
# Example: tawk '{ print utc($timeFirst) }' x_flows.txt
function utc(time,   seconds, days, left, era, y, d, m, year) {
    if (time == "") time = $(_column(_place("timeFirst") ? "timeFirst" : "time"))
    seconds = int(time)
    if (seconds > time) seconds--
    days = int(seconds / 86400)
    if (days * 86400 > seconds) days--
    left = seconds - days * 86400
    days += 719468
    era = int((days >= 0 ? days : days - 146096) / 146097)
    d = days - era * 146097
    y = int((d - int(d / 1460) + int(d / 36524) - int(d / 146096)) / 365)
    d -= 365 * y + int(y / 4) - int(y / 100)
    m = int((5 * d + 2) / 153)
    year = y + era * 400 + (m >= 10)
    d = d - int((153 * m + 2) / 5) + 1
    m += m < 10 ? 3 : -9
    return sprintf("%04d-%02d-%02dT%02d:%02d:%02d", year, m, d, left / 3600, left / 60 % 60, left % 60) _fraction(time) "Z"
}

# _days(year, month, day): days from 1970-01-01 to a day of the Gregorian calendar. March is the first month here, so that leap days are last.
function _days(year, month, day,   era, y, d) {
    if (month <= 2) year--
    era = int((year >= 0 ? year : year - 399) / 400)
    y = year - era * 400
    d = int((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
    return era * 146097 + y * 365 + int(y / 4) - int(y / 100) + d - 719468
}

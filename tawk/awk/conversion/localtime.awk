# localtime([time]): the same in the time zone of the machine (variable TZ), with its distance to UTC.
# Example: tawk '{ print localtime($timeFirst) }' x_flows.txt
function localtime(time) {
    if (time == "") time = $(_column(_place("timeFirst") ? "timeFirst" : "time"))
    return strftime("%Y-%m-%dT%H:%M:%S", int(time)) _fraction(time) strftime("%z", int(time))
}

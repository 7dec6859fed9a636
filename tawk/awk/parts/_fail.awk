# _fail(text): ends the run with an error; END rules are passed over.
function _fail(text) {
    fflush()
    print "tawk: error: " text > "/dev/stderr"
    _t_bad = 1
    exit 2
}

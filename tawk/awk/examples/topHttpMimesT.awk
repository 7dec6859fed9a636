# topHttpMimesT: types of contents of HTTP without subtypes, the most frequent first.
# Needs: httpSniffer
{
    n = split($httpMimes, mime, ";")
    for (i = 1; i <= n; i++) if (mime[i] ~ /\//) aggr(t2split(unquote(mime[i]), "/", 1))
}

# topHttpMimesST: types and subtypes of contents of HTTP, the most frequent first.
# Needs: httpSniffer
{ aggrrep($httpMimes) }

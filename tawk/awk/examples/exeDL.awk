# exeDL: downloads of programs by HTTP: by type, by name, or because the content begins like one.
# Needs: httpSniffer
bitsanyset($httpAFlags, 0x3000) ||
$httpMimes ~ /x-dosexec|x-msdownload|x-msdos-program|portable-executable|x-executable/ ||
tolower($httpURL) ~ /\.(exe|dll|msi|scr|com|bat|ps1)["?;]/

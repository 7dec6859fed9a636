# texscape(text): a text for LaTeX, its special letters escaped.
# Example: tawk '{ print texscape($hdrDesc) " & " $pktsSnt }' x_flows.txt
function texscape(text,   out, i, letter) {
    out = ""
    for (i = 1; i <= length(text); i++) {
        letter = substr(text, i, 1)
        if (letter == "\\") letter = "\\textbackslash{}"
        else if (letter == "~") letter = "\\textasciitilde{}"
        else if (letter == "^") letter = "\\textasciicircum{}"
        else if (index("&%$#_{}", letter)) letter = "\\" letter
        out = out letter
    }
    return out
}

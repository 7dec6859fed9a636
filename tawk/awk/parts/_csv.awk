# _csv(): cells of a row of comma-separated values (RFC 4180) become columns. A tabulator in a cell becomes \t, a line break \n.
function _csv(   row, out, cell, at, quotes, lines, more) {
    row = $0
    sub(/\r$/, "", row)
    # A cell in quotes goes on in the next line, but not in the next file.
    quotes = gsub(/"/, "&", row)
    while (quotes % 2 && (getline more) > 0 && FNR > 1) {
        if (++lines > 10000) _fail("line " FNR - lines " of " FILENAME " opens a quote that 10000 lines do not close")
        sub(/\r$/, "", more)
        quotes += gsub(/"/, "&", more)
        row = row "\\n" more
    }
    gsub(/\t/, "\\t", row)
    if (index(row, "\"") == 0) {
        gsub(/,/, "\t", row)
        $0 = row
        return
    }
    out = ""
    while (1) {
        if (substr(row, 1, 1) == "\"") {
            cell = ""
            row = substr(row, 2)
            # A quote in a cell is written twice.
            while ((at = index(row, "\"")) > 0) {
                cell = cell substr(row, 1, at - 1)
                row = substr(row, at + 1)
                if (substr(row, 1, 1) != "\"") break
                cell = cell "\""
                row = substr(row, 2)
            }
            if (at == 0) {
                cell = cell row
                row = ""
            }
        } else {
            at = index(row, ",")
            cell = at ? substr(row, 1, at - 1) : row
            row = at ? substr(row, at) : ""
        }
        out = out cell
        if (substr(row, 1, 1) != ",") break
        out = out "\t"
        row = substr(row, 2)
    }
    $0 = out
}

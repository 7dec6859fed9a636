# _shell(text): a text as one word of the shell.
function _shell(text) {
    gsub(/'/, "'\\''", text)
    return "'" text "'"
}

# _digits(bytes): digits in hexadecimal, without 0x and blanks.
function _digits(bytes) {
    gsub(/0x/, "", bytes)
    gsub(/[^0-9a-fA-F]/, "", bytes)
    return tolower(bytes)
}

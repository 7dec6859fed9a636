# passwords: users and passwords in clear: tuple, protocol, users, passwords.
# Needs: ftpDecode, smtpDecode, popDecode, telnetDecode, ircDecode
function login(name, users, passwords) {
    if (!strisempty(users) || !strisempty(passwords)) print tuple5(), name, users, passwords
}
{
    login("ftp", $ftpUser, $ftpPass)
    login("smtp", $smtpUsr, $smtpPW)
    # Of the server these columns have other names.
    if ($dir == "A") login("pop", $popUsr, $popPw)
    login("telnet", $telUsr, $telPW)
    login("irc", $ircUser, $ircPass)
}

"""SSH: sshd of OpenSSH with its client, which tells the handshake with -vv."""
import hashlib
import os
import re

from lab import text

CONFIG = """Port 22
ListenAddress 127.0.0.1
HostKey {folder}/ed25519
HostKey {folder}/rsa
HostKey {folder}/ecdsa
AuthorizedKeysFile {folder}/own.pub
StrictModes no
PermitRootLogin yes
UsePAM no
PidFile none
"""
# What the client is told.
CONNECTIONS = [
    [],
    ["Ciphers=aes128-ctr", "MACs=hmac-sha2-256", "KexAlgorithms=diffie-hellman-group14-sha256", "HostKeyAlgorithms=rsa-sha2-512"],
    ["Ciphers=aes256-gcm@openssh.com", "KexAlgorithms=ecdh-sha2-nistp384", "HostKeyAlgorithms=ecdsa-sha2-nistp256", "Compression=yes"],
    ["Ciphers=aes192-ctr", "MACs=umac-128-etm@openssh.com", "KexAlgorithms=diffie-hellman-group-exchange-sha256", "HostKeyAlgorithms=rsa-sha2-256"],
    ["KexAlgorithms=curve25519-sha256", "RekeyLimit=1K"],
    # Nothing in common.
    ["KexAlgorithms=diffie-hellman-group1-sha1"],
]


def handshakes(lab, check):
    """Identifications, what is offered and agreed on, host keys."""
    for kind in ("ed25519", "rsa", "ecdsa", "own"):
        lab.run(["ssh-keygen", "-q", "-t", "ed25519" if kind == "own" else kind, "-N", "", "-f", lab.path(kind)])
    os.makedirs("/run/sshd", exist_ok=True)
    lab.server(["sshd", "-D", "-e", "-f", lab.write("sshd.conf", CONFIG.format(folder=lab.folder))], 22)
    for options in CONNECTIONS:
        told = ["FingerprintHash=md5", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "ConnectTimeout=20"] + options
        words = ["ssh", "-vv", "-F", "/dev/null", "-i", lab.path("own")] + [word for option in told for word in ("-o", option)]
        with lab.capture() as capture:
            _, out = lab.run(words + ["root@127.0.0.1", "true"])
        if "Local version string" not in out:
            # This client does not know the option.
            continue
        rows = lab.analyse(capture, "sshDecode", ["SSH_HASSH_STR=1", "SSH_BUF_SIZE=4096"])["flows"]
        rows = [row for row in rows if "22" in (row["srcPort"], row["dstPort"])]
        check.same(f"{options[:1]}: flows", [row["dstPort"] == "22" for row in rows], [True, False])
        if len(rows) == 2:
            compare(check, " ".join(options) or "default", out.replace("\r", ""), rows)


def compare(check, what, out, rows):
    """Flows of client and server with what ssh says."""
    found = lambda pattern: (re.findall(pattern, out, re.M) or [""])[0]
    same = lambda column, own, other: check.same(f"{what}: {column}", own, other)
    client, server = rows
    same("client", text(client["sshVersion"]), found(r"Local version string (.*)$"))
    same("server", text(server["sshVersion"]), "SSH-" + "-".join(re.findall(r"Remote protocol version (\S+), remote software version (.*)$", out, re.M)[0]))
    for row, side in ((client, "local client"), (server, "peer server")):
        offer = out.partition(f"debug2: {side} KEXINIT proposal")[2]
        if not offer:
            continue
        lists = {name: value for name, value in re.findall(r"debug2: ([\w ]+): ?(\S*)$", offer.partition("reserved")[0], re.M)}
        way = "ctos" if row is client else "stoc"
        words = ";".join(lists[name] for name in ("KEX algorithms", f"ciphers {way}", f"MACs {way}", f"compression {way}"))
        same(f"HASSH of the {side}'s offer", text(row["sshHasshStr"]), words)
        same(f"HASSH of the {side}", text(row["sshHassh"]), hashlib.md5(words.encode()).hexdigest())
    for row in rows if found(r"kex: client->server (cipher):") else []:
        same("key exchange", text(row["sshKEX"]), found(r"kex: algorithm: (\S+)"))
        same("host key", text(row["sshSrvHKeyAlgo"]), found(r"kex: host key algorithm: (\S+)"))
        for own, way in (("CS", "client->server"), ("SC", "server->client")):
            cipher, mac, compression = re.findall(rf"kex: {way} cipher: (\S+) MAC: (\S+) compression: (\S+)$", out, re.M)[0]
            same(f"cipher {own}", text(row["sshEnc" + own]), cipher)
            if mac != "<implicit>":
                same(f"MAC {own}", text(row["sshMac" + own]), mac)
            same(f"compression {own}", text(row["sshComp" + own]), compression)
    kind, fingerprint = (re.findall(r"Server host key: (\S+) MD5:(\S+)", out) or [("", "")])[0]
    if kind:
        same("kind of the host key", text(server["sshHostKeyType"]), kind)
        same("fingerprint", text(server["sshFingerprint"]).replace(":", "").lower(), fingerprint.replace(":", ""))


SCENARIOS = [("ssh", ["sshd", "ssh", "ssh-keygen"], handshakes)]

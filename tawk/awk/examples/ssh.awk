# ssh: connections of SSH: time, duration, tuple, identification, fingerprint of the host key, HASSH.
# Needs: sshDecode
bitsanyset($sshStat, 0x0001) { print $timeFirst, $duration, tuple5(), $sshVersion, $sshFingerprint, $sshHassh }

//! Numeric replies as the reference finds them: in lines of a packet, whether these begin there or not.

/// Digits of a number.
const DIGITS: usize = 3;

/// The numbers in the lines of a packet that end in it.
pub(crate) fn numbers(payload: &[u8]) -> impl Iterator<Item = u16> {
    let end = payload.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    let lines = payload.get(..end).unwrap_or_default().split(|byte| *byte == b'\n');
    lines.filter_map(number)
}

/// The number behind the prefix of a line, or at its beginning.
fn number(line: &[u8]) -> Option<u16> {
    let start = match line.first()? {
        b':' => line.iter().position(|byte| *byte == b' ')?,
        _ => 0,
    };
    let rest = line.get(start..)?.trim_ascii_start();
    let digits = rest.iter().take(DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn lines_that_end() {
        let payload = b" 5799\r\n:irc 001 me :Hi\r\n23  Max: 5\r\n:irc NOTICE x\r\n\r\n:irc 266 me";
        assert_eq!(numbers(payload).collect::<Vec<_>>(), [579, 1, 23]);
    }
}

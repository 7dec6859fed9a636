//! Contents of several parts (RFC 2046, section 5.1), as forms with files are sent (RFC 7578).

use flowz_api::Checkpoint;
use memchr::memmem::Finder;

/// Longest boundary (RFC 2046, section 5.1.1).
const LONGEST_BOUNDARY: usize = 70;
/// Most bytes of a part's head. One that is longer is none, and all of it is content.
const LONGEST_HEAD: usize = 8 << 10;
/// Most fields of a head.
const MOST_FIELDS: usize = 32;
/// Most bytes behind a boundary up to the end of the line: blanks that gateways add.
const LONGEST_PADDING: usize = 64;

/// What comes next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece<'a> {
    /// A part begins.
    Begin(PartHead),
    /// Bytes of it.
    Data(&'a [u8]),
    /// It is over: another one follows, or none.
    End,
}

/// What the head of a part says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct PartHead {
    /// Name of the field in a form.
    pub(crate) name: Vec<u8>,
    /// Name of the file.
    pub(crate) file_name: Vec<u8>,
    pub(crate) content_type: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
enum Phase {
    /// In front of the first boundary, or where it is not known whether a part has begun.
    Outside,
    Head,
    Inside,
    /// Behind the last boundary.
    Over,
}

/// Takes a content apart. A part that has parts itself is not taken apart further.
#[derive(Debug, Checkpoint)]
pub(crate) struct Splitter {
    /// A line end, two hyphens, the boundary.
    #[checkpoint(with = kept)]
    delimiter: Finder<'static>,
    phase: Phase,
    /// Bytes of which it is not known yet what they are.
    held: Vec<u8>,
    /// So many of them are no end of a head.
    seen: usize,
    /// The next byte is the line end in front of a part's content, which may be that of a delimiter.
    is_line_end: bool,
}

/// What is searched for, for another run.
mod kept {
    use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
    use memchr::memmem::Finder;

    pub(super) fn save(finder: &Finder<'static>, out: &mut Writer<'_>) {
        finder.needle().to_vec().save(out);
    }

    pub(super) fn load(from: &mut Reader<'_>) -> Result<Finder<'static>, LoadError> {
        Vec::load(from).map(|needle: Vec<u8>| Finder::new(&needle).into_owned())
    }
}

/// What stands behind a delimiter.
enum Behind {
    /// A part, behind so many bytes.
    Part(usize),
    /// Nothing more.
    Nothing,
    /// It is no delimiter.
    Other,
    /// That is not known yet.
    Unknown,
}

impl Splitter {
    /// For a content of this type; none if it has no parts.
    pub(crate) fn new(content_type: &[u8]) -> Option<Self> {
        let is_multipart = content_type.get(..10)?.eq_ignore_ascii_case(b"multipart/");
        let boundary = parameter(content_type, b"boundary").filter(|_| is_multipart)?;
        if boundary.is_empty() || boundary.len() > LONGEST_BOUNDARY {
            return None;
        }
        let delimiter = Finder::new(&[b"\n--", &boundary[..]].concat()).into_owned();
        // The first boundary may be the first line.
        Some(Self {
            delimiter,
            phase: Phase::Outside,
            held: b"\n".to_vec(),
            seen: 0,
            is_line_end: false,
        })
    }

    /// The next bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) {
        if self.phase == Phase::Over {
            return;
        }
        let mut held = std::mem::take(&mut self.held);
        let all = if held.is_empty() {
            bytes
        } else {
            held.extend_from_slice(bytes);
            &held
        };
        let mut at = 0;
        while let Some(taken) = self.step(&all[at..], sink) {
            at += taken;
        }
        self.held = all[at..].to_vec();
    }

    /// Bytes are missing. What is held is content, if anything.
    pub(crate) fn gap(&mut self, sink: &mut dyn FnMut(Piece<'_>)) {
        let held = std::mem::take(&mut self.held);
        match self.phase {
            Phase::Inside => self.data(&held, sink),
            Phase::Head => (self.phase, self.seen) = (Phase::Outside, 0),
            _ => {}
        }
    }

    /// Nothing more comes.
    pub(crate) fn finish(&mut self, sink: &mut dyn FnMut(Piece<'_>)) {
        self.gap(sink);
        if self.phase == Phase::Inside {
            sink(Piece::End);
        }
        self.phase = Phase::Over;
    }

    /// Takes some bytes; none if more have to come.
    fn step(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) -> Option<usize> {
        match self.phase {
            _ if bytes.is_empty() => None,
            Phase::Outside | Phase::Inside => self.content(bytes, sink),
            Phase::Head => self.head(bytes, sink),
            Phase::Over => Some(bytes.len()),
        }
    }

    /// Bytes up to the next delimiter.
    fn content(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) -> Option<usize> {
        let len = self.delimiter.needle().len();
        let Some(found) = self.delimiter.find(bytes) else {
            // The last bytes may be the beginning of one, a carriage return in front.
            let sure = bytes.len().saturating_sub(len);
            self.data(&bytes[..sure], sink);
            return (sure > 0).then_some(sure);
        };
        match behind(&bytes[found + len..]) {
            Behind::Unknown => {
                // A carriage return in front belongs to it.
                let sure = found.saturating_sub(1);
                self.data(&bytes[..sure], sink);
                (sure > 0).then_some(sure)
            }
            Behind::Other => {
                self.data(&bytes[..=found], sink);
                Some(found + 1)
            }
            Behind::Part(more) => {
                self.end(&bytes[..found], sink);
                (self.phase, self.seen) = (Phase::Head, 0);
                Some(found + len + more)
            }
            Behind::Nothing => {
                self.end(&bytes[..found], sink);
                self.phase = Phase::Over;
                Some(bytes.len())
            }
        }
    }

    fn data(&mut self, mut bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) {
        if self.is_line_end && !bytes.is_empty() {
            (self.is_line_end, bytes) = (false, &bytes[1..]);
        }
        if self.phase == Phase::Inside && !bytes.is_empty() {
            sink(Piece::Data(bytes));
        }
    }

    /// The last bytes of a part.
    fn end(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) {
        if self.phase == Phase::Inside {
            self.data(bytes.strip_suffix(b"\r").unwrap_or(bytes), sink);
            self.is_line_end = false;
            sink(Piece::End);
        }
    }

    /// The head of a part: fields up to an empty line.
    fn head(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) -> Option<usize> {
        let from = self.seen.saturating_sub(3).min(bytes.len());
        let end = end_of_head(bytes, from);
        if end.is_none() && bytes.len() <= LONGEST_HEAD {
            self.seen = bytes.len();
            return None;
        }
        self.phase = Phase::Inside;
        self.is_line_end = end.is_some();
        let head = end.map_or_else(PartHead::default, |end| PartHead::parse(&bytes[..end]));
        sink(Piece::Begin(head));
        // A delimiter may follow at once: its line end is that of the empty line.
        Some(end.map_or(0, |end| end - 1))
    }
}

impl PartHead {
    fn parse(bytes: &[u8]) -> Self {
        let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
        let Ok(httparse::Status::Complete((_, fields))) =
            httparse::parse_headers(bytes, &mut fields)
        else {
            return Self::default();
        };
        let field = |name: &str| {
            let found = fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
            found.map_or(&[][..], |field| field.value.trim_ascii())
        };
        let disposition = field("content-disposition");
        let of = |name: &[u8]| parameter(disposition, name);
        let file_name = of(b"filename").or_else(|| of(b"filename*").map(|coded| decoded(&coded)));
        Self {
            name: of(b"name").unwrap_or_default(),
            file_name: file_name.unwrap_or_default(),
            content_type: field("content-type").to_vec(),
        }
    }
}

/// What follows behind a delimiter: two hyphens, or blanks and a line end.
fn behind(bytes: &[u8]) -> Behind {
    if bytes.starts_with(b"--") {
        return Behind::Nothing;
    }
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let blanks = bytes.iter().take(LONGEST_PADDING).take_while(|byte| blank(byte)).count();
    match bytes.get(blanks) {
        Some(b'\n') => Behind::Part(blanks + 1),
        Some(b'-') if blanks == 0 && bytes.len() == 1 => Behind::Unknown,
        Some(_) => Behind::Other,
        None => Behind::Unknown,
    }
}

/// Where the bytes behind the empty line at the end of a head begin; those in front of `from` are no end.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    match bytes {
        [b'\n', ..] => return Some(1),
        [b'\r', b'\n', ..] => return Some(2),
        _ => {}
    }
    memchr::memchr_iter(b'\n', &bytes[from..]).find_map(|at| match &bytes[from + at + 1..] {
        [b'\n', ..] => Some(from + at + 2),
        [b'\r', b'\n', ..] => Some(from + at + 3),
        _ => None,
    })
}

/// A parameter of a field's value, without quotes.
fn parameter(value: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let mut rest = &value[memchr::memchr(b';', value)? + 1..];
    loop {
        rest = rest.trim_ascii_start();
        let equals = memchr::memchr2(b'=', b';', rest)?;
        let (key, behind) = rest.split_at(equals);
        if behind[0] == b';' {
            rest = &behind[1..];
            continue;
        }
        let (word, len) = word(behind[1..].trim_ascii_start());
        if key.trim_ascii_end().eq_ignore_ascii_case(name) {
            return Some(word);
        }
        let behind = &behind[1..].trim_ascii_start()[len..];
        rest = &behind[memchr::memchr(b';', behind)? + 1..];
    }
}

/// A word or what is in quotes, and how many bytes it takes.
fn word(bytes: &[u8]) -> (Vec<u8>, usize) {
    let Some(quoted) = bytes.strip_prefix(b"\"") else {
        let len = memchr::memchr(b';', bytes).unwrap_or(bytes.len());
        return (bytes[..len].trim_ascii_end().to_vec(), len);
    };
    let mut text = Vec::new();
    let mut at = 0;
    while let Some(&byte) = quoted.get(at) {
        match (byte, quoted.get(at + 1)) {
            (b'"', _) => break,
            // Browsers do not escape the backslashes of paths: only what has to be.
            (b'\\', Some(next @ (b'"' | b'\\'))) => {
                text.push(*next);
                at += 2;
            }
            _ => {
                text.push(byte);
                at += 1;
            }
        }
    }
    (text, (at + 2).min(bytes.len()))
}

/// A value with its character set and language in front and percent signs in it (RFC 8187, section 3.2.1).
fn decoded(value: &[u8]) -> Vec<u8> {
    let text = value.splitn(3, |byte| *byte == b'\'').nth(2).unwrap_or(value);
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        let coded = match behind {
            [high, low, ..] if byte == b'%' => digit(high).zip(digit(low)),
            _ => None,
        };
        out.push(coded.map_or(byte, |(high, low)| (high * 16 + low) as u8));
        rest = if coded.is_some() { &behind[2..] } else { behind };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{PartHead, Piece, Splitter, parameter};

    const TYPE: &[u8] = b"multipart/form-data; charset=x; boundary=\"a b\"";

    /// Parts of a content in pieces of `size` bytes: what their heads say, and their bytes; whether the last one ended.
    fn parts(content: &[u8], size: usize) -> Vec<(PartHead, Vec<u8>, bool)> {
        let mut splitter = Splitter::new(TYPE).unwrap();
        let mut parts: Vec<(PartHead, Vec<u8>, bool)> = Vec::new();
        let mut sink = |piece: Piece<'_>| match piece {
            Piece::Begin(head) => parts.push((head, Vec::new(), false)),
            Piece::Data(bytes) => parts.last_mut().unwrap().1.extend(bytes),
            Piece::End => parts.last_mut().unwrap().2 = true,
        };
        for piece in content.chunks(size) {
            splitter.feed(piece, &mut sink);
        }
        splitter.finish(&mut sink);
        parts
    }

    fn texts(content: &[u8]) -> Vec<String> {
        let all: Vec<_> = [1, 2, 7, content.len()].map(|size| parts(content, size)).into();
        assert!(all.windows(2).all(|two| two[0] == two[1]), "{all:?}");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let line = |(head, bytes, _): &(PartHead, Vec<u8>, bool)| {
            let words = [&head.name, &head.file_name, &head.content_type, bytes];
            words.map(|word| text(word)).join("|")
        };
        all[0].iter().map(line).collect()
    }

    #[test]
    fn a_form_with_a_file() {
        let content = b"--a b\r\nContent-Disposition: form-data; name=\"why\"\r\n\r\nbecause\r\n\
            --a b \r\ncontent-disposition: form-data; name=up; filename=\"C:\\x \\\"1\\\".txt\"\r\n\
            Content-Type: text/plain\r\n\r\nline\r\n--a bc\r\n\r\n--a b--\r\nepilogue";
        assert_eq!(
            texts(content),
            ["why|||because", "up|C:\\x \"1\".txt|text/plain|line\r\n--a bc\r\n",]
        );
    }

    #[test]
    fn what_others_send() {
        // Line ends without carriage returns, text in front, parts without fields, without a byte, without an end.
        let content = b"preamble\n--a b\n\nx\n--a b\n\n--a b\nContent-Type: a/b\n\ny";
        assert_eq!(texts(content), ["|||x", "|||", "||a/b|y"]);
        let name =
            b"--a b\r\nContent-Disposition: x; filename*=UTF-8''%e2%82%ac%zz\r\n\r\n\r\n--a b--";
        assert_eq!(texts(name), ["|\u{20ac}%zz||"]);
        assert_eq!(texts(b"nothing\r\n--a"), [""; 0]);
        assert_eq!(
            texts(b"--a b--\r\n--a b\r\n\r\nx"),
            [""; 0],
            "behind the last one there is none"
        );
    }

    #[test]
    fn a_head_that_is_too_long_is_content() {
        let content = [b"--a b\r\n".as_slice(), &[b'x'; 9_000], b"\r\n--a b--"].concat();
        assert_eq!(parts(&content, 1_000)[0].1.len(), 9_000);
    }

    #[test]
    fn behind_a_gap() {
        let mut splitter = Splitter::new(TYPE).unwrap();
        let mut log = String::new();
        let mut sink = |piece: Piece<'_>| match piece {
            Piece::Begin(head) => {
                log += "<";
                log += &String::from_utf8_lossy(&head.name);
                log += ">";
            }
            Piece::Data(bytes) => log += &String::from_utf8_lossy(bytes),
            Piece::End => log += "$",
        };
        splitter.feed(b"--a b\r\n\r\nabc\r\n", &mut sink);
        splitter.gap(&mut sink);
        splitter.feed(b"def\r\n--a b\r\nContent-Dis", &mut sink);
        splitter.gap(&mut sink);
        splitter.feed(b"xyz\r\n\r\n--a b\r\nContent-Disposition: x; name=n\r\n\r\n12", &mut sink);
        splitter.finish(&mut sink);
        assert_eq!(log, "<>abc\r\ndef$<n>12$");
    }

    #[test]
    fn parameters() {
        let of = |value: &[u8]| parameter(value, b"b").map(|v| String::from_utf8(v).unwrap());
        assert_eq!(of(b"x; a=1;b = 2 ; c=3").as_deref(), Some("2"));
        assert_eq!(of(b"x; a=\"; b=1\"; B=\"\"").as_deref(), Some(""));
        assert_eq!(of(b"x; b; c=1"), None);
        assert!(Splitter::new(b"text/plain; boundary=x").is_none());
        assert!(Splitter::new(b"multipart/mixed; boundary=").is_none());
    }
}

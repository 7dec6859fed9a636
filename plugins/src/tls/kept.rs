//! What tables keep of hellos: lists, names and texts up to some length, so that a connection has a bounded size.

use flowz_api::memory;

use super::hello::{ClientHello, ServerHello};

/// Longest list that is kept of a hello.
pub(crate) const MOST_VALUES: usize = 250;
/// Longest text of a fingerprint, in bytes.
pub(crate) const LONGEST_TEXT: usize = 4096;
/// Most names of protocols.
const MOST_NAMES: usize = 64;
/// Most bytes of all of them.
const NAME_BYTES: usize = 4096;
/// Longest name of a server, in bytes.
const LONGEST_NAME: usize = 255;

/// Cuts the text of a fingerprint.
pub(crate) fn text(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST_TEXT));
    text.shrink_to_fit();
    text
}

/// Cuts the lists of a client's hello to what tables show; names of protocols become readable.
pub(crate) fn client(hello: &mut ClientHello) {
    let e = &mut hello.extensions;
    for list in
        [&mut hello.ciphers, &mut e.numbers, &mut e.groups, &mut e.signatures, &mut e.versions]
    {
        cut(list, MOST_VALUES);
    }
    cut(&mut e.shares, MOST_VALUES);
    let sizes = e.alpn.iter().scan(0, |sum, name| {
        *sum += name.len();
        Some(*sum)
    });
    let few = sizes.take(MOST_NAMES).take_while(|sum| *sum <= NAME_BYTES).count();
    cut(&mut e.alpn, few);
    (e.settings, e.next_protocols) = Default::default();
    e.alpn.iter_mut().for_each(|name| *name = readable(std::mem::take(name)));
    if let Some(name) = &mut e.server_name {
        cut(name, LONGEST_NAME);
    }
}

/// Cuts the lists of a server's hello, and leaves out what is a client's.
pub(crate) fn server(hello: &mut ServerHello) {
    cut(&mut hello.extensions.numbers, MOST_VALUES);
    cut(&mut hello.extensions.alpn, 1);
    hello.extensions.groups = Vec::new();
    hello.extensions.signatures = Vec::new();
}

/// The first values of a list, and no room for others.
fn cut<T>(list: &mut Vec<T>, most: usize) {
    list.truncate(most);
    list.shrink_to_fit();
}

/// A name of a protocol; one that is no text (RFC 8701 has such) in hexadecimal.
fn readable(name: Vec<u8>) -> Vec<u8> {
    if name.iter().all(u8::is_ascii_graphic) {
        return name;
    }
    let digits = name.iter().map(|byte| format!("{byte:02x}"));
    format!("0x{}", digits.collect::<String>()).into_bytes()
}

/// Most bytes that a client's hello, the answer and their fingerprints hold elsewhere, of messages that have at most
/// so many bytes.
pub(crate) fn bytes(longest_message: usize) -> usize {
    // Numbers in texts have at most five digits, and a comma; names twice as many digits as bytes.
    let texts = 3 * longest_message.min(LONGEST_TEXT);
    let lists = 6 * memory::list::<u16>(MOST_VALUES) + memory::list::<(u16, u16)>(MOST_VALUES);
    let names = MOST_NAMES * (memory::boxed::<Vec<u8>>() + 2);
    2 * lists + names + 2 * longest_message.min(NAME_BYTES) + LONGEST_NAME + texts
}

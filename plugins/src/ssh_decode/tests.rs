//! Choices that captures of the cases do not show.

use super::packet::KexInit;
use super::{Exchange, agreed, bit, hexadecimal, stat};

#[test]
fn messages_mean_what_the_exchange_says() {
    assert_eq!(bit(30, Exchange::Prime), stat::DH[0]);
    assert_eq!(bit(31, Exchange::Curve), stat::ECDH[1]);
    assert_eq!(bit(30, Exchange::Group), stat::GEX_REQUEST, "as old clients ask");
    assert_eq!((bit(34, Exchange::Group), bit(31, Exchange::Group)), (0x0200, 0x0100));
    assert_eq!((bit(32, Exchange::Group), bit(33, Exchange::Group)), (0x0400, 0x0800));
}

#[test]
fn encryption_may_authenticate_itself() {
    let offer = |encryption: &'static [u8]| {
        let mut lists = [&b"a"[..]; 10];
        (lists[2], lists[3]) = (encryption, b"aes128-ctr");
        KexInit { cookie: [0; 16], lists }
    };
    let all = agreed(&offer(b"aes256-gcm@openssh.com"), &offer(b"x,aes256-gcm@openssh.com"), false);
    assert_eq!(all[4].as_deref(), Some(&b"(in the cipher)"[..]));
    assert_eq!(all[5].as_deref(), Some(&b"a"[..]), "the other way it is not");
    assert_eq!(agreed(&offer(b"y"), &offer(b"x"), false)[2], None);
}

#[test]
fn bytes_as_digits() {
    assert_eq!(hexadecimal(&[0x0f, 0xa0], None), b"0fa0");
    assert_eq!(hexadecimal(&[0x0f, 0xa0], Some(b':')), b"0f:a0");
}

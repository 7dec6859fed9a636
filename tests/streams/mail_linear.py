#!/usr/bin/env python3
"""Attacks on plugins that read mail: twice as many packets may take about twice the instructions, and little memory.

    mail_linear.py --flowz PROGRAM [--captures TEXT]

See linear.py.
"""
import linear
from linear import frame, start


def said(port, texts, back=False):
    """One text after the other, nothing of the other side."""
    yield from start(port)
    at = 1
    for text in texts:
        yield frame(at, text, 0x10, 1, back, port)
        at += len(text)


def smtp_line(n, rng, payload):
    """A command that never ends, in one-byte segments."""
    yield from said(25, (b"x" for _ in range(n)))


def smtp_commands(n, rng, payload):
    """Recipients, none of which is ever answered."""
    yield from said(25, (b"RCPT TO:<%d@example.org>\r\n" % at for at in range(n)))


def smtp_reply(n, rng, payload):
    """A reply that never ends."""
    yield from said(25, (b"250-%d\r\n" % at for at in range(n)), True)


def smtp_replies(n, rng, payload):
    """Replies to nothing."""
    yield from said(25, (b"250 %d\r\n" % at for at in range(n)), True)


def smtp_mail(n, rng, payload):
    """A mail of dots and half ends, in one-byte segments."""
    yield from said(25, [b"DATA\r\n"] + [b"..\r\n\r.x"[at % 7:][:1] for at in range(n)])


def smtp_groups(n, rng, payload):
    """Mails whose recipients are refused, all commands at once, and a gap in each group."""
    yield from start(25)
    sent, got = 1, 1
    for at in range(n // 3):
        group = b"MAIL FROM:<a@b>\r\n" + b"RCPT TO:<%d@b>\r\n" % at * 50
        yield frame(sent, group, 0x10, got, False, 25)
        sent += len(group) + 7
        replies = b"250 yes\r\n" + b"550 no\r\n" * 49
        yield frame(got, replies, 0x10, sent, True, 25)
        got += len(replies) + 5
        yield frame(sent, b"", 0x10, got, False, 25)


def pop_line(n, rng, payload):
    """A command that never ends, in one-byte segments."""
    yield from said(110, (b"x" for _ in range(n)))


def pop_replies(n, rng, payload):
    """Replies to nothing."""
    yield from said(110, (b"+OK %d\r\n" % at for at in range(n)), True)


def pop_lists(n, rng, payload):
    """A list that never ends, in one-byte segments."""
    yield from said(110, [b"+OK\r\n"] + [b"1 2\r\n.x\r\n"[at % 9:][:1] for at in range(n)], True)


ATTACKS = [smtp_line, smtp_commands, smtp_reply, smtp_replies, smtp_mail, smtp_groups, pop_line, pop_replies, pop_lists]

if __name__ == "__main__":
    linear.main(ATTACKS, "smtpDecode,popDecode", "mail_linear")

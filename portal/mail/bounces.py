"""What a mail server means by refusing a recipient: that there is no such mailbox, or something that will pass.

Codes: RFC 5321, section 4.2; enhanced codes: RFC 3463 and its registry.
"""

import re

_PLAIN = {550, 551, 553}  # mailbox unavailable, user not local, name not allowed
_ENHANCED = re.compile(r"\s*5\.(\d{1,3})\.(\d{1,3})\b")
# Bad mailbox, bad domain, faulty address, mailbox moved, domain that takes no mail; mailbox disabled.
_NO_SUCH_ADDRESS = {("1", "1"), ("1", "2"), ("1", "3"), ("1", "6"), ("1", "10"), ("2", "1")}
_OURS = re.compile(r"relay|spam|blocked|blacklist|blocklist|policy|\bspf\b|dkim|dmarc|reputation", re.IGNORECASE)


def means_no_such_address(code: int, words: bytes | str) -> bool:
    """Whether no mail will ever reach this recipient. In doubt it is not: a fault of our own set-up hits everybody."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    if not 500 <= code < 600 or _OURS.search(text):
        return False
    enhanced = _ENHANCED.match(text)
    return enhanced.groups() in _NO_SUCH_ADDRESS if enhanced else code in _PLAIN

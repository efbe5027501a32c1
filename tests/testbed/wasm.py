"""Modules made here rather than in tests/guests, where a test needs many."""

SECTION_TYPE, SECTION_FUNCTION, SECTION_EXPORT, SECTION_CODE, SECTION_CUSTOM = 1, 3, 7, 10, 0


def unsigned(value):
    encoded = b""
    while value > 0x7F:
        encoded += bytes([value & 0x7F | 0x80])
        value >>= 7
    return encoded + bytes([value])


def signed(value):
    encoded = b""
    while not -64 <= value <= 63:
        encoded += bytes([value & 0x7F | 0x80])
        value >>= 7
    return encoded + bytes([value & 0x7F])


def section(number, content):
    return bytes([number]) + unsigned(len(content)) + content


def answers(number):
    """A module whose only export, `f`, gives this 32-bit number: each number another digest."""
    body = b"\x00\x41" + signed(number) + b"\x0b"
    code = b"\x01" + unsigned(len(body)) + body
    return (
        b"\0asm\1\0\0\0"
        + section(SECTION_TYPE, b"\x01\x60\x00\x01\x7f")
        + section(SECTION_FUNCTION, b"\x01\x00")
        + section(SECTION_EXPORT, b"\x01\x01f\x00\x00")
        + section(SECTION_CODE, code)
    )

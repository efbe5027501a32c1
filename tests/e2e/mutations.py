"""Damages modules as a bug or an attacker would."""

from testbed.wasm import unsigned

INTERESTING = [0x00, 0x01, 0x0A, 0x40, 0x60, 0x7F, 0x80, 0xFF]
LARGE = [unsigned(n) for n in (2**7, 2**16, 2**31 - 1, 2**32 - 1, 2**35)]
MOST_CHANGES = 4


def flip_a_bit(chance, module, _):
    module[chance.randrange(len(module))] ^= 1 << chance.randrange(8)


def set_a_byte(chance, module, _):
    module[chance.randrange(len(module))] = chance.choice(INTERESTING)


def cut_a_piece(chance, module, _):
    begin, end = a_range(chance, module)
    del module[begin:end]


def double_a_piece(chance, module, _):
    begin, end = a_range(chance, module)
    module[end:end] = module[begin:end]


def swap_pieces(chance, module, _):
    begin, end = a_range(chance, module)
    piece = module[begin:end]
    del module[begin:end]
    at = chance.randrange(len(module) + 1)
    module[at:at] = piece


def put_a_large_number(chance, module, _):
    at = chance.randrange(len(module))
    module[at : at + 1] = chance.choice(LARGE)


def put_noise(chance, module, _):
    at = chance.randrange(len(module))
    module[at:at] = chance.randbytes(chance.randint(1, 16))


def take_from_another(chance, module, other):
    begin, end = a_range(chance, other)
    at = chance.randrange(len(module))
    module[at : at + end - begin] = other[begin:end]


def cut_the_end(chance, module, _):
    del module[chance.randint(1, len(module)) :]


CHANGES = [
    flip_a_bit, flip_a_bit, set_a_byte, set_a_byte, cut_a_piece, double_a_piece, swap_pieces,
    put_a_large_number, put_noise, take_from_another, cut_the_end,
]  # fmt: skip


def a_range(chance, module):
    begin = chance.randrange(len(module))
    return begin, min(len(module), begin + chance.choice([1, 2, 8, 64, 1024]))


def mutated(chance, module, other):
    """The module with one to four changes; pieces of `other` may get in."""
    module = bytearray(module)
    for _ in range(chance.randint(1, MOST_CHANGES)):
        if module:
            chance.choice(CHANGES)(chance, module, other)
    return bytes(module)

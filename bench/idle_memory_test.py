import idle_memory

EMPTY_MODULE = b"\0asm\x01\0\0\0"


def test_a_name_makes_a_module_another_with_the_same_meaning():
    named = idle_memory.with_name(EMPTY_MODULE, "idle-7")

    assert named == EMPTY_MODULE + b"\x00\x07\x06idle-7"

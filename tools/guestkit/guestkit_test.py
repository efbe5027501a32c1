import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import guestkit  # noqa: E402

GUESTS_BUILDER = guestkit.REPOSITORY / "tests" / "guests" / "build.py"
ADDER = '(module (func (export "sum") (param i32 i32) (result i32) local.get 0))'


@pytest.fixture(scope="module")
def program():
    return guestkit.build_guestkit()


@pytest.fixture(scope="module")
def guests(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guests")
    (folder / "forgotten.wasm").write_bytes(b"\0asm\1\0\0\0")
    guestkit.run([sys.executable, GUESTS_BUILDER, folder])
    return folder


@pytest.fixture
def adder(program, tmp_path):
    text, module = tmp_path / "adder.wat", tmp_path / "adder.wasm"
    text.write_text(ADDER)
    guestkit.run([program, "wat2wasm", text, module])
    return module


def fails(*arguments):
    done = subprocess.run([str(word) for word in arguments], capture_output=True, text=True)
    assert done.returncode != 0
    return done.stderr


def test_text_becomes_a_module(program, adder):
    assert adder.read_bytes().startswith(b"\0asm\1\0\0\0")
    guestkit.run([program, "validate", adder])


def test_text_of_a_component_becomes_a_component(program, tmp_path):
    text, component = tmp_path / "empty.wat", tmp_path / "empty.wasm"
    text.write_text("(component)")

    guestkit.run([program, "wat2wasm", text, component])

    assert component.read_bytes() == b"\0asm\x0d\0\1\0"


def test_a_mistake_in_the_text_is_named_with_its_place(program, tmp_path):
    text = tmp_path / "mistake.wat"
    text.write_text("(module (func unknown.instruction))")

    complaint = fails(program, "wat2wasm", text, tmp_path / "mistake.wasm")

    assert "unknown.instruction" in complaint and "mistake.wat:1" in complaint


def test_a_core_module_with_a_world_becomes_a_component(program, adder, tmp_path):
    wit, component = tmp_path / "wit", tmp_path / "component.wasm"
    wit.mkdir()
    (wit / "world.wit").write_text(
        "package test:adder; world adder { export sum: func(a: s32, b: s32) -> s32; }"
    )

    guestkit.run([program, "component", adder, component, "--wit", wit, "--world", "adder"])

    assert component.read_bytes()[4:8] == b"\x0d\0\1\0"
    guestkit.run([program, "validate", component])


def test_a_core_module_that_lacks_the_worlds_export_is_refused(program, adder, tmp_path):
    wit = tmp_path / "wit"
    wit.mkdir()
    (wit / "world.wit").write_text("package test:adder; world adder { export difference: func(); }")

    complaint = fails(
        *[program, "component", adder, tmp_path / "component.wasm"],
        *["--wit", wit, "--world", "adder"],
    )

    assert "difference" in complaint


def test_padded_sizes_are_longer_and_as_valid(program, adder, tmp_path):
    padded = tmp_path / "padded.wasm"

    guestkit.run([program, "pad-sizes", adder, padded])

    assert padded.stat().st_size > adder.stat().st_size
    guestkit.run([program, "validate", padded])


def test_a_section_that_runs_over_the_end_is_an_error(program, tmp_path):
    cut = tmp_path / "cut.wasm"
    cut.write_bytes(b"\0asm\1\0\0\0\1\x7f")

    assert "longer than the module" in fails(program, "pad-sizes", cut, tmp_path / "padded.wasm")


def test_validate_refuses_what_is_no_module(program, tmp_path):
    (tmp_path / "text.wasm").write_text("not a module")

    assert "text.wasm" in fails(program, "validate", tmp_path / "text.wasm")


def test_a_failed_program_is_reported_with_its_command_and_output():
    with pytest.raises(guestkit.BuildFailed, match="no-such-file"):
        guestkit.run([sys.executable, "no-such-file.py"])


def test_digests_tell_files_and_their_order_apart(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("ab")
    second.write_text("c")

    assert guestkit.digest_of(first, second) != guestkit.digest_of(second, first)
    assert guestkit.digest_of("ab", "c") != guestkit.digest_of("a", "bc")


def test_unchanged_guests_are_not_built_again(guests):
    before = {module: module.stat().st_mtime_ns for module in guests.glob("*.wasm")}

    said = guestkit.run([sys.executable, GUESTS_BUILDER, guests])

    assert ": 0 built" in said
    assert {module: module.stat().st_mtime_ns for module in guests.glob("*.wasm")} == before


def test_guests_whose_source_is_gone_are_removed(guests):
    assert not (guests / "forgotten.wasm").exists()
    assert (guests / "hello.wasm").exists()

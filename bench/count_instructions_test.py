import count_instructions

import peers


def test_three_percent_more_is_the_most_that_passes():
    parent = {"http": 1000.0, "cgi": 1000.0, "typed": 1000.0}

    lines, worse = count_instructions.compare(
        {"http": 1029.0, "cgi": 1031.0, "typed": 500.0}, parent
    )

    assert worse == ["cgi"]
    assert lines[2].endswith("-50.0%")


def test_the_count_is_found_in_callgrinds_file():
    assert (
        count_instructions.parse_callgrind("version: 1\nevents: Ir\nsummary: 35861377\n")
        == 35861377
    )


def test_the_version_of_a_crate_is_not_that_of_its_namesakes():
    lock = '[[package]]\nname = "wasmtime-wasi"\nversion = "1.0.0"\n\n'
    lock += '[[package]]\nname = "wasmtime"\nversion = "48.0.8"\n'

    assert peers.version_in_lock(lock, "wasmtime") == "48.0.8"

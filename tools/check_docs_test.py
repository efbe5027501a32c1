import subprocess

import check_docs
import pytest


@pytest.fixture
def checkout(tmp_path):
    """A small repository whose papers are in order."""
    write(tmp_path, "src/base/error_code.cc", "")
    write(tmp_path, "docs/reference/errors.md", "")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_papers_in_order_pass(checkout):
    write(checkout, "README.md", "See [errors](docs/reference/errors.md), `src/base/` and `build/x/`.\n")

    assert check_docs.check(checkout) == []


def test_a_dead_link_is_found(checkout):
    write(checkout, "README.md", "See [this](docs/missing.md).\n")

    assert len(check_docs.check(checkout)) == 1


def test_a_path_that_does_not_exist_is_found(checkout):
    write(checkout, "docs/page.md", "In `src/base/missing.cc` and `missing_header.h`.\n")

    assert len(check_docs.check(checkout)) == 2


def test_a_pattern_needs_one_file_that_fits(checkout):
    write(checkout, "docs/page.md", "All of `src/base/*.cc`, none of `src/base/*.rs`.\n")

    assert len(check_docs.check(checkout)) == 1

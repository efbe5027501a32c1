"""The commands of README and docs/ run as they stand.

Each ```sh block runs, all of a document in order in one folder, unless the line before it says
`<!-- not run: REASON -->`.
"""

import os
import shutil
import subprocess

import pytest
from documents import blocks_of, script_of

from testbed import BINARY, EXAMPLES, ROOT, guest_path
from testbed.server import clean_environment

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
WITH_BLOCKS = [document for document in DOCUMENTS if document.exists() and blocks_of(document)]
MODULES = {
    "hello.wasm": "hello",
    "sum.wasm": "sum",
    "ask.wasm": "cgi_env",
    "counter.wasm": "keeps_count",
    "echo.wasm": "echo_string",
    "fibonacci.wasm": "fibonacci",
    "maths.wasm": "lists",
    "sum3.wasm": "sum3",
}


@pytest.fixture
def reader(start_server, tmp_path):
    """A server, and a folder with the files that the documents talk of."""
    server = start_server("--wess", "127.0.0.1:0")
    folder = tmp_path / "reader"
    programs = folder / "bin"
    programs.mkdir(parents=True)
    (programs / "rockpool").symlink_to(BINARY)
    for file, guest in MODULES.items():
        shutil.copy(guest_path(guest), folder / file)
    (folder / "rockpool.toml").write_text('[function.hello]\nmodule = "hello.wasm"\n')
    environment = clean_environment(
        ROCKPOOL_SERVER=server.urls["control"],
        PATH=f"{programs}:{os.environ['PATH']}",
        EXAMPLES=EXAMPLES,
    )
    return server, folder, environment


@pytest.mark.parametrize("document", WITH_BLOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_of_a_document_run(reader, document):
    server, folder, environment = reader
    blocks = blocks_of(document)
    if all(block.reason for block in blocks):
        pytest.skip("; ".join(f"line {block.line}: {block.reason}" for block in blocks))

    done = subprocess.run(
        ["bash", "-c", script_of(blocks, server)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_documents_have_commands():
    assert len(WITH_BLOCKS) >= 3

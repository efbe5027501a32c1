"""Finds the shell blocks of a document and makes them run against a test's own server."""

import re
from dataclasses import dataclass

SHELL_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+?) -->\n)?^```sh\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
# The addresses that documents talk of, by listener.
ADDRESSES = {
    "ingress": "http://127.0.0.1:8080",
    "control": "http://127.0.0.1:8090",
    "wess": "http://127.0.0.1:7770",
}


@dataclass
class Block:
    line: int
    text: str
    # Why it is not run; None if it is.
    reason: str | None


def blocks_of(document):
    text = document.read_text()
    return [
        Block(text[: found.start("text")].count("\n") + 1, found["text"], found["reason"])
        for found in SHELL_BLOCK.finditer(text)
    ]


def script_of(blocks, server):
    """One script of all blocks that run, with the server's own addresses; it stops where one fails."""
    lines = ["set -eu"]
    for block in blocks:
        if block.reason is None:
            lines += [f"echo '# line {block.line}' >&2", block.text]
    script = "\n".join(lines)
    for listener, address in ADDRESSES.items():
        script = script.replace(address, server.urls[listener])
    return script

"""Reads C++ as text: just enough to check rules that no compiler knows."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

LITERALS_AND_COMMENTS = re.compile(
    r'R"(?P<mark>[^()\s]*)\(.*?\)(?P=mark)"'  # raw string
    r"|//[^\n]*|/\*.*?\*/"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",  # a digit before it: a separator, as in 1'000
    re.DOTALL,
)
BRACKETS = {"(": ")", "[": "]", "{": "}"}


def sources(root):
    """All C++ files under `src/` and `bench/` of a checkout."""
    folders = [root / "src", root / "bench"]
    return sorted(path for folder in folders for path in folder.rglob("*.*") if is_cpp(path))


def is_cpp(path):
    return path.suffix in (".h", ".cc")


def blanked(text):
    """The text with comments and the contents of literals made blank, offsets and lines kept."""

    def blank(match):
        found = match.group()
        inner = re.sub(r"[^\n]", " ", found)
        return inner if found.startswith("/") else '"' + inner[2:] + '"'

    return LITERALS_AND_COMMENTS.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def closing(text, opening):
    """Offset of the bracket that closes the one at `opening`; the end of the text if none does."""
    open_mark = text[opening]
    close_mark = BRACKETS[open_mark]
    depth = 0
    for offset in range(opening, len(text)):
        if text[offset] == open_mark:
            depth += 1
        elif text[offset] == close_mark:
            depth -= 1
            if depth == 0:
                return offset
    return len(text)

#!/usr/bin/env python3
"""Checks the papers: every path they name exists."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE_SPAN = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"\.?[\w.\-*]+(?:/[\w.\-*]+)+/?|[\w.\-]+/|[\w\-]+\.(?:h|cc|rs)")
# Made by building or running, so not in a checkout.
MADE = ("build/",)


def papers(root):
    """All .md files that git would keep."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=root, text=True, capture_output=True, check=True)
    return [Path(line) for line in listed.stdout.splitlines() if (root / line).exists()]


def exists(root, folder, path):
    """Whether a path, or something of a pattern with `*`, stands at the root or beside the paper."""
    if "*" in path:
        return any(any(base.glob(path)) for base in (root, folder))
    if "/" not in path.rstrip("/") and Path(path).suffix:
        return (folder / path).exists() or any(root.glob(f"*/**/{path}"))
    return any((base / path).exists() for base in (root, folder, root / "src"))


def named_paths(root, text):
    """The paths of this repository that the text names in code spans."""
    top = {entry.name for entry in root.iterdir()} | {entry.name for entry in (root / "src").glob("*")}
    for span in CODE_SPAN.findall(text):
        for word in span.split():
            word = word.rstrip(":,;").removeprefix("./")
            first = word.split("/")[0]
            is_file = "/" not in word
            if PATH.fullmatch(word) and (first in top or is_file) and not word.startswith(MADE):
                yield word


def path_problems(root, paper, text):
    folder = (root / paper).parent
    for target in LINK.findall(FENCE.sub("", text)):
        path = target.split("#")[0]
        if path and "://" not in path and not path.startswith("mailto:"):
            if not (folder / path).exists():
                yield f"{paper}: link to {target}, which does not exist"
    for path in named_paths(root, FENCE.sub("", text)):
        if not exists(root, folder, path):
            yield f"{paper}: names {path}, which does not exist"


def check(root):
    found = []
    for paper in papers(root):
        found += path_problems(root, paper, (root / paper).read_text())
    return found


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    found = check(root)
    for problem in found:
        print(problem)
    print(f"check_docs: {len(found)} problems", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

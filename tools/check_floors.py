#!/usr/bin/env python3
"""Checks who includes whom: a folder of src/ only lower floors, a library only by its folder."""

import re
import sys
from pathlib import Path

from cpp_text import ROOT, line_of

FLOORS = {
    "base": 0,
    "json": 1,
    "metrics": 1,
    "async": 1,
    "samples": 1,
    "http": 2,
    "store": 2,
    "engine": 2,
    "bus": 2,
    "registry": 3,
    "host": 3,
    "platform": 4,
    "cluster": 5,
    "manifest": 5,
    "web": 5,
    "api": 6,
    "dialects": 6,
    "server": 7,
    "cli": 7,
}

# How the headers of a library begin, and the folders that wrap it; the longest beginning counts.
WRAPPED = {
    "spdlog/": {"base"},
    "openssl/": {"base"},
    "openssl/evp.h": {"base", "http"},
    "openssl/pem.h": {"base", "http"},
    "openssl/ssl.h": {"http"},
    "openssl/x509": {"http"},
    "openssl/err.h": {"base", "http"},
    "openssl/bio.h": {"base", "http"},
    "nlohmann/": {"json"},
    "simdjson": {"json"},
    "boost/beast": {"http"},
    "boost/asio/ssl": {"http"},
    "rocksdb/": {"store"},
    "bridge/": {"engine"},
    "rust/": {"engine"},
    "nats/": {"bus"},
    "archive": {"registry"},
    "toml++/": {"manifest"},
    "CLI/": {"cli"},
}

# Words of the language here rather than libraries: free from the floor of the folder that brings them.
VOCABULARY = {"fmt/": "base", "boost/asio": "async", "boost/system/": "async"}
FOR_TESTS = ("gtest/", "gmock/", "benchmark/")
TEST_PROGRAM = re.compile(r"rockpool_(?:test|fuzzer)\(([^)]*)\)")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


def longest_prefix(table, header):
    fitting = [prefix for prefix in table if header.startswith(prefix)]
    return max(fitting, key=len, default=None)


def library_problem(folder, header, is_test):
    if header.startswith(FOR_TESTS):
        return None if is_test else f"<{header}> is for tests and benchmarks"
    if prefix := longest_prefix(WRAPPED, header):
        wrappers = WRAPPED[prefix]
        if folder not in wrappers:
            return f"<{header}> is wrapped by {' and '.join(sorted(wrappers))}/"
        return None
    if prefix := longest_prefix(VOCABULARY, header):
        owner = VOCABULARY[prefix]
        if FLOORS[folder] < FLOORS[owner]:
            return f"<{header}> begins at the floor of {owner}/"
    elif header.startswith("boost/"):
        return f"<{header}>: of Boost, only Asio and Beast are in use"
    return None


def floor_problem(folder, header):
    target = header.split("/")[0]
    if target == folder:
        return None
    if target not in FLOORS:
        return f'"{header}" names no folder of src/'
    if FLOORS[target] >= FLOORS[folder]:
        return f'"{header}" is on floor {FLOORS[target]}, {folder}/ on floor {FLOORS[folder]}'
    return None


def test_sources(folder):
    """Stems of the files that only test programs of a folder of src/ are made of."""
    lists = folder / "CMakeLists.txt"
    if not lists.exists():
        return set()
    programs = TEST_PROGRAM.findall(lists.read_text())
    return {Path(word).stem for words in programs for word in words.split() if word.endswith((".cc", ".h"))}


def problems_of(path, text, is_test=False):
    """`path` is relative to src/, "http/server.cc"; gives (line, problem) pairs."""
    folder = path.split("/")[0]
    if "/" not in path:  # main.cc joins everything
        return
    if folder not in FLOORS:
        yield 1, f"src/{folder}/ stands on no floor: add it to the table of tools/check_floors.py"
        return
    visible = re.sub(r"//[^\n]*", "", text)
    if path.endswith(".h") and "#pragma once" not in visible:
        yield 1, "a header begins with #pragma once"
    for include in INCLUDE.finditer(visible):
        mark, header = include.groups()
        if mark == '"' and not header.startswith(("bridge/", "rust/")):
            problem = floor_problem(folder, header)
        else:
            problem = library_problem(folder, header, is_test)
        if problem:
            yield line_of(visible, include.start()), problem


def check(root):
    source_folder = root / "src"
    found = []
    for path in sorted(source_folder.rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        relative = path.relative_to(source_folder).as_posix()
        is_test = path.stem in test_sources(source_folder / relative.split("/")[0])
        for line, problem in problems_of(relative, path.read_text(), is_test):
            found.append(f"src/{relative}:{line}: {problem}")
    return found


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    found = check(root)
    for problem in found:
        print(problem)
    print(f"check_floors: {len(found)} problems", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

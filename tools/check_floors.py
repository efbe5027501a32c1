#!/usr/bin/env python3
"""Checks who includes whom: a folder or room of src/ only lower floors, a library only by its folder, and no circles.

A room is a sub-folder, or a header in a folder itself with its source. Rust modules of bridge/src are checked for circles.
"""

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
    "logs": 3,
    "platform": 4,
    "cluster": 5,
    "manifest": 5,
    "web": 5,
    "api": 6,
    "dialects": 6,
    "server": 7,
    "cli": 7,
}

# Rooms of the folders that have some, lowest floor first; rooms of one floor don't include each other.
# "": the files of the folder itself are one room.
ROOMS = {
    "http": [{"syntax"}, {"server", "client"}],
    "registry": [{"access"}, {"images"}, {""}],
    "engine": [
        {"limits", "guest_call", "guest_state", "module", "cgi"},
        {"values", "host"},
        {"call_options", "calls"},
        {"run"},
        {"engine"},
        {"compile_worker"},
    ],
    "platform": [
        {"world", "functions", "admission"},
        {"states", "programs"},
        {"serving"},
        {"invocations", "deploy"},
        {"outbound"},
        {"guests", "platform_options"},
        {"platform"},
        {"live_platform"},
    ],
    "web": [{"fields"}, {"answers"}, {"access"}, {"journal"}, {""}],
    "api": [{"ingress"}, {"control"}, {"control/endpoints"}],
    "cli": [
        {"text", "file_watch", "stop_signals", "serve_function"},
        {"session"},
        {"control_client", "words"},
        {"deploys", "diagnosis", "invocation", "temporary_server"},
        {"commands"},
        {"run"},
    ],
}
# Support of tests; a room that only tests and other test support include.
TESTING = "testing"
# More files than these, and a folder is several.
MOST_FILES = 44

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


def room_of(path):
    """The folder of a file of src/ and its room in it, "" in a folder that has none."""
    folder, *inner, name = path.split("/")
    if folder not in ROOMS:
        return folder, TESTING if TESTING in inner else ""
    if TESTING in inner:
        return folder, TESTING
    stem = re.sub(r"_(test|fuzzer)$", "", Path(name).stem)
    is_one_room = any("" in rooms for rooms in ROOMS[folder])
    is_listed = any(stem in rooms for rooms in ROOMS[folder])
    return folder, "/".join(inner) or ("" if is_one_room and not is_listed else stem)


def room_floor(folder, room):
    return next((floor for floor, rooms in enumerate(ROOMS[folder]) if room in rooms), None)


def floor_problem(path, header):
    folder, room = room_of(path)
    target, target_room = room_of(header)
    if target not in FLOORS:
        return f'"{header}" names no folder of src/'
    if target != folder:
        if FLOORS[target] >= FLOORS[folder]:
            return f'"{header}" is on floor {FLOORS[target]}, {folder}/ on floor {FLOORS[folder]}'
        return None
    if room == target_room or TESTING in (room, target_room) or folder not in ROOMS:
        return None
    if room_floor(folder, target_room) is None:
        return f'"{header}" is in no room: add it to ROOMS in tools/check_floors.py'
    own_floor = room_floor(folder, room)  # None: a test of several rooms
    if own_floor is not None and room_floor(folder, target_room) >= own_floor:
        return f'"{header}" is not on a lower floor of {folder}/ than {room}'
    return None


def testing_problem(header, is_test):
    if room_of(header)[1] == TESTING and not is_test:
        return f'"{header}" is for tests'
    return None


def test_sources(folder):
    """Stems of the files that only test programs of a folder of src/ are made of."""
    lists = folder / "CMakeLists.txt"
    if not lists.exists():
        return set()
    programs = TEST_PROGRAM.findall(lists.read_text())
    return {Path(word).stem for words in programs for word in words.split() if word.endswith((".cc", ".h"))}


def problems_of(path, text, is_test=False):
    """`path` is relative to src/, "http/server/server.cc"; gives (line, problem) pairs."""
    folder = path.split("/")[0]
    if "/" not in path:  # main.cc joins everything
        return
    if folder not in FLOORS:
        yield 1, f"src/{folder}/ stands on no floor: add it to the table of tools/check_floors.py"
        return
    if folder in ROOMS and not is_test and room_floor(*room_of(path)) is None:
        yield 1, f"src/{path} is in no room: add it to ROOMS in tools/check_floors.py"
        return
    visible = re.sub(r"//[^\n]*", "", text)
    if path.endswith(".h") and "#pragma once" not in visible:
        yield 1, "a header begins with #pragma once"
    for include in INCLUDE.finditer(visible):
        mark, header = include.groups()
        if mark == '"' and not header.startswith(("bridge/", "rust/")):
            problem = floor_problem(path, header) or testing_problem(header, is_test)
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
        is_test = TESTING in path.parts or path.stem in test_sources(source_folder / relative.split("/")[0])
        for line, problem in problems_of(relative, path.read_text(), is_test):
            found.append(f"src/{relative}:{line}: {problem}")
    found += crowded_folders(source_folder)
    found += [f"headers include each other: {circle}" for circle in circles(includes_of(source_folder))]
    rust = root / "bridge" / "src"
    found += [f"modules of bridge/src use each other: {circle}" for circle in circles(uses_of(rust))]
    return found


def crowded_folders(source_folder):
    for folder in sorted(path for path in source_folder.rglob("*") if path.is_dir()):
        files = [path for path in folder.iterdir() if path.suffix in (".h", ".cc")]
        if len(files) > MOST_FILES:
            yield f"src/{folder.relative_to(source_folder)}/ has {len(files)} files: make rooms of it"


def includes_of(source_folder):
    """The headers of src/ that each header includes."""
    graph = {}
    for path in source_folder.rglob("*.h"):
        included = [header for mark, header in INCLUDE.findall(path.read_text()) if mark == '"']
        graph[path.relative_to(source_folder).as_posix()] = included
    return graph


def uses_of(source_folder):
    """The modules of a crate that each module uses; lib.rs, which declares them all, is left out."""
    modules = {module_name(path, source_folder): path for path in source_folder.rglob("*.rs")}
    modules.pop("lib", None)
    graph = {}
    for name, path in modules.items():
        text = re.sub(r"//[^\n]*", "", path.read_text())
        uses = {longest_module(used.split("::"), modules) for used in rust_paths(text, name)}
        # A parent re-exports from its children; what they use of it would close a circle.
        graph[name] = sorted(uses - {name, None})
    return graph


def module_name(path, source_folder):
    return path.relative_to(source_folder).with_suffix("").as_posix().replace("/", "::")


def rust_paths(text, module):
    """Paths from the crate's root that a module names, groups in braces spelt out."""
    parent = "::".join(module.split("::")[:-1])
    for root, path in re.findall(r"\b(crate|super|self)::([\w:]*(?:\{[^}]*\})?)", text):
        prefix = {"crate": "", "super": parent, "self": module}[root]
        head, brace, group = path.partition("{")
        for item in group.rstrip("}").split(",") if brace else [""]:
            item = item.split(" as ")[0].strip()
            yield "::".join(part for part in (prefix, head.strip(":"), item) if part)
    for child in re.findall(r"^(?:pub(?:\([^)]*\))? )?mod (\w+);", text, re.MULTILINE):
        yield f"{module}::{child}"


def longest_module(parts, modules):
    for length in range(len(parts), 0, -1):
        if "::".join(parts[:length]) in modules:
            return "::".join(parts[:length])
    return None


def circles(graph):
    """Each circle of a graph once, as the names on the way round."""
    found = []
    state = {}

    def visit(node, way):
        state[node] = "open"
        for target in graph.get(node, ()):
            if state.get(target) == "open":
                found.append(" -> ".join([*way[way.index(target):], target]))
            elif target not in state and target in graph:
                visit(target, [*way, target])
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            visit(node, [node])
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

#!/usr/bin/env python3
"""Builds the examples with the toolchains that this machine has.

    examples/build.py [--output FOLDER] [EXAMPLE ...]      (default: all, into build/examples)

Each example's own build.sh does the work, in a copy outside the checkout, and its modules land in
FOLDER/EXAMPLE/. What was built before from the same sources with the same tools is taken from the
cache. Toolchains that a package manager offers without installing them (Rust's, npm's, PyPI's) are
fetched into the cache; what is missing then is named, and listed in FOLDER/missing.json.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
sys.path.insert(0, str(REPOSITORY / "tools" / "guestkit"))

import toolchains  # noqa: E402
from guestkit import WIT, BuildFailed, ToolMissing, cache_folder, digest_of, run  # noqa: E402

TOOLCHAINS = {
    "c-http": toolchains.clang_and_guestkit,
    "c-cgi": toolchains.clang,
    "cpp-cgi": toolchains.clang,
    "go-cgi": toolchains.go,
    "js-http": toolchains.node,
    "python-http": toolchains.python,
    "rust-cgi": toolchains.rust,
    "wat-typed": toolchains.guestkit,
}

# What a build.sh leaves beside its results.
INTERMEDIATES = (".core.wasm",)


def source_files(example):
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "."]
    names = run(listed, cwd=example).splitlines()
    return [example / name for name in names if name != "README.md"]


def build_in_cache(example, toolchain, cached):
    """Runs build.sh in a copy of the example, and keeps the modules it makes."""
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent) as scratch:
        copy, made, kept = Path(scratch) / "source", Path(scratch) / "made", Path(scratch) / "kept"
        for folder in (copy, made, kept):
            folder.mkdir()
        for file in source_files(example):
            target = copy / file.relative_to(example)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
        for name, target in toolchain.links.items():
            (copy / name).symlink_to(target)
        environment = {**os.environ, **toolchain.environment, "ROCKPOOL_WIT": str(WIT)}
        run(["sh", copy / "build.sh", made], env=environment)
        for module in made.glob("*.wasm"):
            if not module.name.endswith(INTERMEDIATES):
                module.chmod(0o644)
                module.rename(kept / module.name)
        if cached.exists():
            return
        kept.rename(cached)


def build(name, output):
    """Builds one example; says what it did."""
    example = HERE / name
    toolchain = TOOLCHAINS[name]()
    names = [str(file.relative_to(example)) for file in source_files(example)]
    key = digest_of(*names, *source_files(example), *sorted(WIT.rglob("*.wit")), toolchain.version)
    cached = cache_folder() / "examples" / f"{name}-{key[:16]}"
    started = time.monotonic()
    known = cached.exists()
    if not known:
        build_in_cache(example, toolchain, cached)
    shutil.rmtree(output / name, ignore_errors=True)
    shutil.copytree(cached, output / name)
    return "unchanged" if known else f"built in {time.monotonic() - started:.1f} s"


def main():
    parser = argparse.ArgumentParser(description="Builds the examples.")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "build" / "examples")
    parser.add_argument("examples", nargs="*", metavar="EXAMPLE", help="default: all")
    arguments = parser.parse_args()
    unknown = set(arguments.examples) - set(TOOLCHAINS)
    if unknown:
        parser.error(f"no such example: {', '.join(sorted(unknown))}")

    arguments.output.mkdir(parents=True, exist_ok=True)
    missing, failed = {}, False
    for name in arguments.examples or TOOLCHAINS:
        try:
            print(f"{name}: {build(name, arguments.output)}", flush=True)
        except ToolMissing as tool:
            missing[name] = str(tool)
            shutil.rmtree(arguments.output / name, ignore_errors=True)
            print(f"{name}: NOT BUILT, this machine lacks {tool}", flush=True)
        except BuildFailed as failure:
            failed = True
            print(f"{name}: {failure}", flush=True)
    (arguments.output / "missing.json").write_text(json.dumps(missing, indent=2) + "\n")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

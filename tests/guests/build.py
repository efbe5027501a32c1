#!/usr/bin/env python3
"""Builds the guests of this folder that changed since the last time.

    tests/guests/build.py [OUTPUT_FOLDER]

The folder of a source says what it becomes:
  http/NAME.c        a component that exports wasi:http/incoming-handler
  cgi/NAME.c, .wat   a core module with `_start`; argv/NAME.c, too
  json/NAME.c        a core module of functions from text to text
  command/NAME.c     a component that exports wasi:cli/run
  component/NAME.c   a component that exports the world NAME of component/worlds.wit
  core/NAME.wat      a core module as written; NAME.py prints one; NAME.c is one of plain functions
Beside these, hello for the oldest WASI 0.2, and sum with section sizes that are longer than they
need be.
"""

import argparse
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
sys.path.insert(0, str(REPOSITORY / "tools" / "guestkit"))

from guestkit import (  # noqa: E402
    WIT,
    BuildFailed,
    Guestkit,
    ToolMissing,
    digest_of,
    headers_beside,
    run,
)

SHARED_SOURCES = {"http_guest"}
LONG_SECTION_SIZES = "long_section_sizes"
OLDEST_WASI_HELLO = "hello_wasi_0_2_0"
HTTP_GUEST = HERE / "http" / "http_guest.c"


def build_http(kit, source, output):
    kit.world_component(source, output, WIT, "http", [HTTP_GUEST])


def build_cgi(kit, source, output):
    if source.suffix == ".wat":
        kit.from_text(source, output)
    else:
        kit.command_module([source], output)


def build_json(kit, source, output):
    kit.text_module([source], output)


def build_command(kit, source, output):
    kit.command_component([source], output)


def build_component(kit, source, output):
    kit.world_component(source, output, HERE / "component", source.stem.replace("_", "-"))


def build_core(kit, source, output):
    if source.suffix == ".c":
        kit.function_module([source], output)
        return
    if source.suffix == ".py":
        text = kit.work_folder / f"{source.stem}.wat"
        text.write_text(run([sys.executable, source]))
        source = text
    kit.from_text(source, output)


RULES = {
    "http": build_http,
    "cgi": build_cgi,
    "argv": build_cgi,
    "json": build_json,
    "command": build_command,
    "component": build_component,
    "core": build_core,
}


def build_long_section_sizes(kit, source, output):
    short = kit.work_folder / "short_section_sizes.wasm"
    kit.from_text(source, short)
    kit.pad_sizes(short, output)


def build_for_oldest_wasi(kit, source, output):
    oldest = kit.work_folder / "wit-0.2.0"
    for interface in WIT.rglob("*.wit"):
        copy = oldest / interface.relative_to(WIT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(re.sub(r"\b0\.2\.\d+\b", "0.2.0", interface.read_text()))
    kit.world_component(source, output, oldest, "http", [HTTP_GUEST], adapter="none")


def all_guests():
    """Each guest's name, its source, and the rule that builds it."""
    for folder, rule in RULES.items():
        for source in sorted((HERE / folder).iterdir()):
            if source.suffix in (".c", ".wat", ".py") and source.stem not in SHARED_SOURCES:
                yield source.stem, source, rule
    yield LONG_SECTION_SIZES, HERE / "core" / "sum.wat", build_long_section_sizes
    yield OLDEST_WASI_HELLO, HERE / "http" / "hello.c", build_for_oldest_wasi


def inputs_of(source):
    shared = [path for path in source.parent.iterdir() if path.stem in SHARED_SOURCES]
    included = sorted(HERE.glob("*/*.c")) if source.parent.name == "command" else []
    wit = sorted(source.parent.glob("*.wit")) + sorted(WIT.rglob("*.wit"))
    return [source, *headers_beside(source), *sorted(shared), *included, *wit]


def build(kit, guest, output_folder):
    """Builds one guest; true if there was something to do."""
    name, source, rule = guest
    output = output_folder / f"{name}.wasm"
    built_from = output_folder / ".work" / f"{name}.built-from"
    wanted = digest_of(*inputs_of(source), kit.version, Path(__file__))
    if output.exists() and built_from.exists() and built_from.read_text() == wanted:
        return False
    built_from.unlink(missing_ok=True)
    rule(kit, source, output)
    built_from.write_text(wanted)
    return True


def remove_orphans(output_folder, names):
    """Guests whose source is gone must not be found by a test."""
    for module in output_folder.glob("*.wasm"):
        if module.stem not in names:
            module.unlink()


def main():
    parser = argparse.ArgumentParser(description="Builds the guests that changed.")
    parser.add_argument("output", nargs="?", type=Path, default=REPOSITORY / "build" / "guests")
    output_folder = parser.parse_args().output.resolve()
    kit = Guestkit(output_folder / ".work")
    guests = list(all_guests())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        built = sum(pool.map(lambda guest: build(kit, guest, output_folder), guests))
    remove_orphans(output_folder, {name for name, _, _ in guests})
    print(f"guests: {built} built, {len(guests) - built} unchanged, in {output_folder}")


if __name__ == "__main__":
    try:
        main()
    except ToolMissing as missing:
        sys.exit(f"tests/guests/build.py: {missing} is not installed")
    except BuildFailed as failure:
        sys.exit(f"tests/guests/build.py: {failure}")

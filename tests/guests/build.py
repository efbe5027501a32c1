#!/usr/bin/env python3
"""Builds the guests of this folder that changed since the last time.

    tests/guests/build.py [OUTPUT_FOLDER]        (default: build/guests)

The folder of a source says what it becomes:
  http/NAME.c        a component that exports wasi:http/incoming-handler
  cgi/NAME.c, .wat   a core module with `_start`
  command/NAME.c     a component that exports wasi:cli/run
  component/NAME.c   a component that exports the world NAME of component/worlds.wit
  core/NAME.wat      a core module (or component) as written
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
sys.path.insert(0, str(REPOSITORY / "tools" / "guestkit"))

from guestkit import WIT, BuildFailed, Guestkit, ToolMissing, digest_of, headers_beside  # noqa: E402

SHARED_SOURCES = {"http_guest"}
# `sum` once more, with section sizes that are longer than they need be.
PADDED = "long_section_sizes"


def build_http(kit, source, output):
    kit.world_component(source, output, WIT, "http", [HERE / "http" / "http_guest.c"])


def build_cgi(kit, source, output):
    if source.suffix == ".wat":
        kit.from_text(source, output)
    else:
        kit.command_module([source], output)


def build_command(kit, source, output):
    kit.command_component([source], output)


def build_component(kit, source, output):
    kit.world_component(source, output, HERE / "component", source.stem.replace("_", "-"))


def build_core(kit, source, output):
    kit.from_text(source, output)


RULES = {
    "http": build_http,
    "cgi": build_cgi,
    "command": build_command,
    "component": build_component,
    "core": build_core,
}


def sources():
    for folder in RULES:
        for source in sorted((HERE / folder).iterdir()):
            if source.suffix in (".c", ".wat") and source.stem not in SHARED_SOURCES:
                yield source


def inputs_of(source):
    shared = [path for path in source.parent.iterdir() if path.stem in SHARED_SOURCES]
    wit = sorted(source.parent.glob("*.wit")) + sorted(WIT.rglob("*.wit"))
    return [source, *headers_beside(source), *sorted(shared), *wit]


def build(kit, source, output_folder):
    """Builds one guest; true if there was something to do."""
    output = output_folder / f"{source.stem}.wasm"
    built_from = output_folder / ".work" / f"{source.stem}.built-from"
    wanted = digest_of(*inputs_of(source), kit.version_digest, Path(__file__))
    if output.exists() and built_from.exists() and built_from.read_text() == wanted:
        return False
    RULES[source.parent.name](kit, source, output)
    built_from.write_text(wanted)
    return True


def remove_orphans(output_folder, all_sources):
    """Guests whose source is gone must not be found by a test."""
    wanted = {source.stem for source in all_sources} | {PADDED}
    for module in output_folder.glob("*.wasm"):
        if module.stem not in wanted:
            module.unlink()


def main():
    output_folder = Path(sys.argv[1] if len(sys.argv) > 1 else REPOSITORY / "build" / "guests")
    output_folder = output_folder.resolve()
    kit = Guestkit(output_folder / ".work")
    kit.version_digest = kit.version()
    all_sources = list(sources())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        built = sum(pool.map(lambda source: build(kit, source, output_folder), all_sources))
    kit.pad_sizes(output_folder / "sum.wasm", output_folder / f"{PADDED}.wasm")
    remove_orphans(output_folder, all_sources)
    print(f"guests: {built} built, {len(all_sources) - built} unchanged, in {output_folder}")


if __name__ == "__main__":
    try:
        main()
    except ToolMissing as missing:
        sys.exit(f"tests/guests/build.py: {missing} is not installed")
    except BuildFailed as failure:
        sys.exit(f"tests/guests/build.py: {failure}")

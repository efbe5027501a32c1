"""Builds guests: C, C++ and text in, modules and components out.

Used by tests/guests/build.py, examples/build.py and src/samples/rebuild.py.
"""

import hashlib
import os
import shutil
import subprocess
import threading
from pathlib import Path

CRATE = Path(__file__).resolve().parent
REPOSITORY = CRATE.parent.parent
WIT = REPOSITORY / "wit"

C_FLAGS = ["--target=wasm32-wasi", "-O2", "-Wall", "-Wextra", "-Werror", "-ffunction-sections"]
LINK_FLAGS = ["-Wl,--gc-sections", "-Wl,--strip-debug"]
REACTOR_FLAGS = ["-mexec-model=reactor"]
# Two results where C has a struct of two members.
MULTIVALUE_FLAGS = ["-mmultivalue", "-Xclang", "-target-abi", "-Xclang", "experimental-mv"]
# Of a failed program's output; compilers and package managers say the important things first.
SHOWN_LINES = 40


class ToolMissing(Exception):
    """A program that is not on the path."""


class BuildFailed(Exception):
    """A program that failed; the message holds its command and output."""


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "rockpool"


def find_tool(*names):
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    raise ToolMissing(" or ".join(names))


def run(arguments, **options):
    """Runs a program; its output is shown only if it fails."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode != 0:
        command = " ".join(str(argument) for argument in arguments)
        output = "\n".join(done.stdout.splitlines()[:SHOWN_LINES])
        raise BuildFailed(f"failed ({done.returncode}): {command}\n{output}")
    return done.stdout


def digest_of(*parts):
    """One digest of files (their contents) and strings, to key caches with."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def build_guestkit():
    """Path of the `guestkit` program, built if its sources changed since."""
    cargo = os.environ.get("CARGO") or find_tool("cargo")
    rustc_version = run([os.environ.get("RUSTC") or find_tool("rustc"), "--version"])
    key = digest_of(CRATE / "Cargo.lock", rustc_version)[:16]
    target = cache_folder() / f"guestkit-{key}"
    program = target / "release" / "guestkit"
    sources = [CRATE / "Cargo.toml", CRATE / "Cargo.lock", *sorted((CRATE / "src").glob("*.rs"))]
    built_from = target / "built-from"
    wanted = digest_of(*sources)
    if program.exists() and built_from.exists() and built_from.read_text() == wanted:
        return program
    run(
        [cargo, "build", "--release", "--locked", "--quiet", "--manifest-path", CRATE / "Cargo.toml"],
        env={**os.environ, "CARGO_TARGET_DIR": str(target)},
    )
    built_from.write_text(wanted)
    return program


class Guestkit:
    """Makes guests; what they share is made once, in the work folder."""

    def __init__(self, work_folder):
        self.work_folder = Path(work_folder)
        self.work_folder.mkdir(parents=True, exist_ok=True)
        self.program = build_guestkit()
        self.clang = find_tool("clang-19", "clang")
        self.sharing = threading.Lock()
        # Changes whenever the same sources may give other bytes.
        self.version = digest_of(run([self.clang, "--version"]), self.program, Path(__file__))

    def from_text(self, source, output):
        run([self.program, "wat2wasm", source, output])

    def pad_sizes(self, module, output):
        run([self.program, "pad-sizes", module, output])

    def object_file(self, source, includes=()):
        """Compiles one C file, unless that was done before with the same contents."""
        headers = [header for folder in includes for header in sorted(folder.glob("*.h"))]
        key = digest_of(source, *headers_beside(source), *headers, self.clang, " ".join(C_FLAGS))
        compiled = self.work_folder / f"{source.stem}-{key[:16]}.o"
        with self.sharing:
            if not compiled.exists():
                folders = [f"-I{folder}" for folder in includes]
                partial = compiled.with_suffix(".partial")
                run([self.clang, *C_FLAGS, *folders, "-c", source, "-o", partial])
                partial.rename(compiled)
        return compiled

    def bindings(self, wit, world):
        """The folder of a world's C bindings and the objects to link with them."""
        key = digest_of(*sorted(Path(wit).rglob("*.wit")), self.program)[:16]
        folder = self.work_folder / f"{world}-{key}"
        name = world.replace("-", "_")
        with self.sharing:
            if not (folder / f"{name}.h").exists():
                run([self.program, "c-bindings", wit, world, folder])
        return folder, [self.object_file(folder / f"{name}.c"), folder / f"{name}_component_type.o"]

    def command_module(self, sources, output, flags=()):
        """A core module with `_start`."""
        run([self.clang, *C_FLAGS, *LINK_FLAGS, *flags, *sources, "-o", output])

    def text_module(self, sources, output):
        """A core module of functions from text to text: two numbers in, two out, and `__heap_base`."""
        flags = [*REACTOR_FLAGS, *MULTIVALUE_FLAGS, "-Wl,--export=__heap_base"]
        run([self.clang, *C_FLAGS, *LINK_FLAGS, *flags, *sources, "-o", output])

    def function_module(self, sources, output):
        """A core module of plain functions that others put data for where its `malloc` says."""
        flags = [*REACTOR_FLAGS, "-Wl,--export=malloc"]
        run([self.clang, *C_FLAGS, *LINK_FLAGS, *flags, *sources, "-o", output])

    def command_component(self, sources, output):
        """A component that exports wasi:cli/run."""
        core = self.work_folder / f"{Path(output).stem}.core.wasm"
        self.command_module(sources, core)
        run([self.program, "component", core, output, "--adapter", "command"])

    def world_component(self, source, output, wit, world, more_sources=(), adapter="reactor"):
        """A component in C that exports what the world says.

        With an adapter it imports the adapter's version of wasi:io, whatever the WIT says.
        """
        bindings, objects = self.bindings(wit, world)
        objects = objects + [self.object_file(more, [bindings]) for more in more_sources]
        core = self.work_folder / f"{Path(output).stem}.core.wasm"
        run(
            [self.clang, *C_FLAGS, *LINK_FLAGS, *REACTOR_FLAGS, f"-I{bindings}"]
            + [source, *objects, "-o", core]
        )
        run([self.program, "component", core, output, "--adapter", adapter])


def headers_beside(source):
    return sorted(Path(source).parent.glob("*.h"))

"""The toolchains of the examples: what a machine has, or what its package managers put into the cache."""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from guestkit import (
    BuildFailed,
    ToolMissing,
    build_guestkit,
    cache_folder,
    digest_of,
    find_tool,
    run,
)

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
OLDEST_GO = (1, 21)
OLDEST_NODE = (18,)
# Debian 12's last rustc with a library for WASI; lld 14 because newer ones refuse what this rustc hands them.
RUST_PACKAGES = ["rustc", "libstd-rust-1.63", "libstd-rust-dev-wasm32", "libllvm14", "lld-14"]


@dataclass
class Toolchain:
    version: str
    environment: dict = field(default_factory=dict)
    # Name beside build.sh -> what it links to.
    links: dict = field(default_factory=dict)


def guestkit():
    program = build_guestkit()
    return Toolchain(version=digest_of(program), environment={"GUESTKIT": str(program)})


def clang():
    programs = {"CLANG": "clang-19", "CLANGXX": "clang++-19"}
    try:
        paths = {variable: find_tool(name) for variable, name in programs.items()}
    except ToolMissing as missing:
        raise ToolMissing(f"{missing} (apt: clang-19 lld-19 wasi-libc libc++-19-dev-wasm32)") from None
    return Toolchain(version=run([paths["CLANG"], "--version"]), environment=paths)


def clang_and_guestkit():
    compiler, kit = clang(), guestkit()
    return Toolchain(
        version=compiler.version + kit.version,
        environment={**compiler.environment, **kit.environment},
    )


def go():
    version = run([find_tool("go"), "version"])
    require(version, r"go(\d+)\.(\d+)", OLDEST_GO, "Go")
    return Toolchain(version=version, environment={"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"})


def node():
    version = run([find_tool("node"), "--version"])
    require(version, r"v(\d+)", OLDEST_NODE, "node")
    npm = find_tool("npm")
    example = EXAMPLES / "js-http"
    lock = example / "package-lock.json"

    def install(folder):
        shutil.copy(example / "package.json", folder)
        shutil.copy(lock, folder)
        run([npm, "ci", "--no-audit", "--no-fund"], cwd=folder)

    installed = fetched("npm", digest_of(lock, version, platform.machine()), install)
    return Toolchain(
        version=version + digest_of(lock), links={"node_modules": installed / "node_modules"}
    )


def python():
    requirements = EXAMPLES / "python-http" / "requirements.txt"

    def install(folder):
        # Debian's python has no pip of its own, but can make an environment that has.
        with tempfile.TemporaryDirectory() as environment:
            run([sys.executable, "-m", "venv", environment])
            pip = [Path(environment) / "bin" / "pip", "--python", sys.executable, "install"]
            wheels = ["--quiet", "--only-binary", ":all:", "--target", folder]
            run([*pip, *wheels, "--requirement", requirements])

    installed = fetched("python", digest_of(requirements, sys.version, platform.machine()), install)
    return Toolchain(
        version=digest_of(requirements),
        environment={
            "PATH": f"{installed / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(installed),
        },
    )


def rust():
    """The machine's own rustc, if it has a library for WASI; else Debian's, unpacked beside it."""
    for rustc in filter(None, [os.environ.get("RUSTC"), shutil.which("rustc")]):
        for target in ("wasm32-wasip1", "wasm32-wasi"):
            if has_library(rustc, target):
                version = run([rustc, "--version"])
                return Toolchain(version=version, environment={"RUSTC": rustc, "RUST_TARGET": target})
    return debian_rust()


def debian_rust():
    apt, unpack = find_tool("apt-get"), find_tool("dpkg-deb")

    def install(folder):
        with tempfile.TemporaryDirectory() as packages:
            run([apt, "download", *RUST_PACKAGES], cwd=packages)
            for package in sorted(Path(packages).glob("*.deb")):
                run([unpack, "--extract", package, folder])

    try:
        usr = fetched("rust", digest_of(*RUST_PACKAGES, platform.machine()), install) / "usr"
    except BuildFailed as failure:
        raise ToolMissing(f"a rustc for WASI: Debian's packages cannot be fetched\n{failure}") from None
    libraries = next((usr / "lib").glob("*-linux-gnu"))
    environment = {
        "RUSTC": str(usr / "bin" / "rustc"),
        "RUST_TARGET": "wasm32-wasi",
        "RUSTC_FLAGS": f"--sysroot {usr} -C linker={usr / 'bin' / 'wasm-ld-14'}",
        "LD_LIBRARY_PATH": f"{libraries}:{usr / 'lib' / 'llvm-14' / 'lib'}",
    }
    version = run([environment["RUSTC"], "--version"], env={**os.environ, **environment})
    return Toolchain(version=version, environment=environment)


def has_library(rustc, target):
    asked = subprocess.run(
        [rustc, "--print", "target-libdir", "--target", target], capture_output=True, text=True
    )
    return asked.returncode == 0 and any(Path(asked.stdout.strip()).glob("libstd-*.rlib"))


def require(version, pattern, oldest, name):
    found = re.search(pattern, version)
    numbers = tuple(int(number) for number in found.groups()) if found else ()
    if numbers < oldest:
        wanted = ".".join(str(number) for number in oldest)
        raise ToolMissing(f"{name} >= {wanted} (found: {version.strip()})")


def fetched(name, key, install):
    """A folder in the cache that `install` filled, once for each key."""
    folder = cache_folder() / "toolchains" / f"{name}-{key[:16]}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder.parent))
    try:
        install(partial)
        partial.rename(folder)
    except OSError:
        # Another process was quicker.
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder

"""The programs that Rockpool is compared with: found, or fetched once into the cache."""

import os
import re
import shutil
import subprocess
import sys

from places import CACHE, ROOT

K6_VERSION = "1.8.1"
WORKERD_VERSION = "1.20261117.1"
# What of wasmtime-cli serves components; the features left out cost time to build and none to run.
WASMTIME_FEATURES = (
    "addr2line,backtrace,cache,component-model,component-model-async,coredump,cranelift,demangle,"
    "gc,gc-copying,gc-drc,gc-null,logging,parallel-compilation,pooling-allocator,run,serve,threads"
)


class Absent(Exception):
    """A peer that this machine lacks and can't get; the message says why."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def program(name, package):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        raise Absent(f"{name} is not installed (Debian package {package})")
    return found


def nginx():
    return program("nginx", "nginx-light")


def wasmtime():
    """The command line of the very Wasmtime that Rockpool's bridge has."""
    version = version_in_lock((ROOT / "bridge" / "Cargo.lock").read_text(), "wasmtime")
    folder = CACHE / f"wasmtime-cli-{version}"
    binary = folder / "bin" / "wasmtime"
    if not binary.exists():
        say(f"building wasmtime-cli {version} into the cache; this takes minutes, once")
        command = ["cargo", "install", "wasmtime-cli", "--version", f"={version}", "--locked"]
        command += ["--no-default-features", "--features", WASMTIME_FEATURES, "--root", folder]
        fetch("wasmtime-cli", command)
    return binary


def workerd():
    """workerd's own binary, not the script that npm puts before it."""
    folder = CACHE / f"workerd-{WORKERD_VERSION}"
    pattern = "node_modules/@cloudflare/workerd-*/bin/workerd"
    if not any(folder.glob(pattern)):
        say(f"fetching workerd {WORKERD_VERSION} from npm into the cache, once")
        folder.mkdir(parents=True, exist_ok=True)
        command = [program("npm", "npm"), "install", "--no-save", "--no-fund", "--no-audit"]
        fetch("workerd", [*command, "--prefix", folder, f"workerd@{WORKERD_VERSION}"])
    found = next(folder.glob(pattern), None)
    if not found:
        raise Absent("npm has no workerd for this machine")
    return found


def k6():
    folder = CACHE / f"k6-{K6_VERSION}"
    binary = folder / "k6"
    if not binary.exists():
        say(f"building k6 {K6_VERSION} into the cache; this takes minutes, once")
        command = [program("go", "golang-go"), "install", f"go.k6.io/k6@v{K6_VERSION}"]
        fetch("k6", command, GOBIN=str(folder))
    return binary


def fetch(name, command, **variables):
    try:
        done = subprocess.run(command, stdout=sys.stderr, env={**os.environ, **variables})
    except OSError as error:
        raise Absent(f"{name} can't be fetched: {error}") from error
    if done.returncode != 0:
        raise Absent(f"{name} can't be fetched: {command[0]} ended with {done.returncode}")


def version_in_lock(lock, crate):
    """The version of a crate in the text of a Cargo.lock."""
    found = re.search(rf'^name = "{re.escape(crate)}"\nversion = "([^"]+)"$', lock, re.MULTILINE)
    if not found:
        raise ValueError(f"Cargo.lock has no crate {crate}")
    return found.group(1)

"""WasmEngine's own table, measured its way: the module is compiled, and each call has a fresh instance, in process.

What it is compared with are the figures that WasmEngine publishes, of a machine that it does not name.
"""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from figures import at_most
from load import MeasurementFailed
from places import GUESTS, PROGRAMS

COUNT = 50_000
SECRET = '{"arg_uri":"yes","arg_body":"yes","arg_secret":"12345"}'
FORBIDDEN = (
    '{"status":"403","body":"<html><h1>Auth Forbidden!</h1>'
    '<p>hash c5187dd86a648a819f527c7a8a4f7bf4 secret 12345</p></html>"}'
)


@dataclass(frozen=True)
class Entry:
    module: str
    abi: str
    arguments: str
    answer: str
    published_us: float


# Its figure for authentication has no call of the guest in it; ours has.
TABLE = [
    Entry("gcd", "typed", "[27,36]", "[9]", 2.4947),
    Entry("echo_string", "json", '{"text":"' + "x" * 64 + '"}', '{"text":"' + "x" * 64 + '"}', 29.334),
    Entry("authentication", "json", SECRET, FORBIDDEN, 26.024),
]


def request_loop(*words):
    done = subprocess.run([PROGRAMS / "request_loop", *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise MeasurementFailed(f"request_loop {words[0]}: {done.stderr}")
    return done.stdout


def time_us(entry, machine_code):
    words = [machine_code, entry.abi, COUNT, entry.module, entry.arguments, entry.answer]
    return float(request_loop("time", *words).split()[0])


def measure(rounds):
    """Rows of the table, and the microseconds of each round."""
    with tempfile.TemporaryDirectory() as folder:
        codes = {entry.module: Path(folder) / entry.module for entry in TABLE}
        for entry in TABLE:
            request_loop("compile", GUESTS / f"{entry.module}.wasm", codes[entry.module])
        measured = [{entry.module: time_us(entry, codes[entry.module]) for entry in TABLE} for _ in range(rounds)]
    rows = [
        at_most(
            f"{entry.module} in process, fresh instance",
            median(each[entry.module] for each in measured),
            round(entry.published_us, 1),
            "us",
        )
        for entry in TABLE
    ]
    return rows, measured

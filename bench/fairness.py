"""What guests that spin on every core take from their neighbours, and what saturated reactors leave to long calls."""

import os
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from figures import at_least, at_most
from load import Call, MeasurementFailed, check_answer, paced_p99_us, run_wrk, to_measurement
from peers import say
from places import GUESTS
from rockpool_server import Rockpool

ROUNDS = 7
NEIGHBOUR = Call("/neighbour")
SPINNERS = 2 * (os.cpu_count() or 1)
# Each spinner ends soon after the load does.
SPIN_LIMITS = {"cpu": "1s", "wall": "3s"}
LONG_MS = 2


@contextmanager
def spinning(server):
    """While this is entered, callers keep more guests spinning than there are cores."""
    over = threading.Event()
    unexpected = []

    def keep_one_spinning():
        while not over.is_set():
            status = server.call("spinner")
            if status != 504:
                unexpected.append(status)
                return

    callers = [threading.Thread(target=keep_one_spinning) for _ in range(SPINNERS)]
    for caller in callers:
        caller.start()
    try:
        yield
    finally:
        over.set()
        for caller in callers:
            caller.join()
    if unexpected:
        raise MeasurementFailed(f"a guest that spins was answered {unexpected[0]}, not 504")


def throughput(server, seconds):
    result = run_wrk(server.port, NEIGHBOUR, seconds)
    return to_measurement(result, 0, NEIGHBOUR).requests_per_second


def time_of(server, rounds):
    """Seconds of a call that computes for so many rounds."""
    began = time.monotonic()
    check_answer(server.port, Call("/long", "POST", f"[{rounds}]", answer="["))
    return time.monotonic() - began


def long_call_p99_ms(server, seconds):
    """The 99th percentile of calls of 2 ms, one after another, beside short ones that saturate the reactors."""
    tried = 1_000_000
    quickest = min(time_of(server, tried) for _ in range(10))
    rounds = max(1, int(tried * LONG_MS / 1000 / quickest))
    over = time.monotonic() + seconds
    load = threading.Thread(target=throughput, args=(server, seconds + 1))
    load.start()
    times = []
    while time.monotonic() < over:
        times.append(time_of(server, rounds))
    load.join()
    times.sort()
    return times[int(len(times) * 0.99)] * 1000


def measure_round(server, seconds):
    """One round without spinners and with them, each at full load and at half of it."""
    alone = throughput(server, seconds)
    half = alone / 2
    calm_p99 = paced_p99_us(server.port, NEIGHBOUR.path, half, seconds)
    with spinning(server):
        beside = throughput(server, seconds)
        spun_p99 = paced_p99_us(server.port, NEIGHBOUR.path, half, seconds)
    long_p99 = long_call_p99_ms(server, seconds)
    return {"kept": beside / alone, "p99_rise_us": spun_p99 - calm_p99, "long_p99_ms": long_p99}


def measure(rounds, seconds):
    """Rows of the table, and what each round measured."""
    with tempfile.TemporaryDirectory() as folder, Rockpool(Path(folder) / "data") as server:
        server.deploy("neighbour", GUESTS / "hello.wasm")
        server.deploy("long", GUESTS / "works.wasm")
        server.deploy("spinner", GUESTS / "spins_forever.wasm", **SPIN_LIMITS)
        check_answer(server.port, NEIGHBOUR)
        throughput(server, 1)
        measured = []
        for number in range(1, rounds + 1):
            say(f"spinning guests, round {number} of {rounds}")
            measured.append(measure_round(server, seconds))
    kept = median(each["kept"] for each in measured)
    rise = median(each["p99_rise_us"] for each in measured) / 1000
    long_p99 = median(each["long_p99_ms"] for each in measured)
    rows = [
        at_least("throughput kept beside guests that spin on every core", kept, 0.8),
        at_most("rise of p99 at half load beside them", rise, 3, "ms"),
        at_most("p99 of calls of 2 ms beside short ones that saturate the reactors", long_p99, 100, "ms"),
    ]
    return rows, measured

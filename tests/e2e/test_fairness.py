"""What calls get of a server that others keep busy."""

import json
import subprocess
import time

LOAD_SECONDS = 6
CALLS = 40
# A long call is one of 2 ms. Alone it takes that; beside saturated reactors, at a tenth of a core, some 20 ms.
LONG_MS = 2
MOST_MS = 500


def rounds_of(server, name, milliseconds):
    """How many rounds of `works` take so long on a quiet core."""
    tried = 1_000_000
    quickest = min(timed(server, name, tried) for _ in range(10))
    return max(1, int(tried * milliseconds / quickest))


def timed(server, name, rounds):
    """Milliseconds until the answer."""
    began = time.monotonic()
    answer = server.request("POST", f"/{name}", json.dumps([rounds]))
    assert answer.status == 200, answer.text
    return (time.monotonic() - began) * 1000


def test_long_calls_keep_a_share_beside_short_ones_that_saturate_the_reactors(start_server):
    server = start_server()
    server.deploy("short", "hello")
    server.deploy("long", "works")
    rounds = rounds_of(server, "long", LONG_MS)
    load = ["wrk", "-t1", "-c64", f"-d{LOAD_SECONDS}s", f"{server.urls['ingress']}/short"]

    with subprocess.Popen(load, stdout=subprocess.DEVNULL) as saturating:
        time.sleep(0.5)
        times = sorted(timed(server, "long", rounds) for _ in range(CALLS))
        assert saturating.poll() is None, "the load ended before the calls did"
        saturating.wait()

    assert times[int(CALLS * 0.9)] < MOST_MS, times

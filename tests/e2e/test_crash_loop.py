"""A server that is killed again and again while it is written to keeps what it acknowledged."""

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from crash_model import WASM, Function, Version, Writer

from testbed import Server, eventually
from testbed.chance import seeded_random
from testbed.wasm import answers

CRASHES = 55
WRITERS = 3
# A life ends this long after that many more changes were acknowledged: somewhere within the next ones.
MOST_CHANGES = 6
LONGEST_REST_SECONDS = 0.05


def test_what_was_acknowledged_survives_kill_9_and_nothing_is_half_there(tmp_path):
    chance = seeded_random("crash loop")
    writers = [
        Writer((f"w{n}-a", f"w{n}-b"), random.Random(chance.random())) for n in range(WRITERS)
    ]
    with start(tmp_path) as server:
        for writer in writers:
            stored = server.call("POST", "/v1/modules", writer.modules[writer.base], WASM)
            assert stored.status == 200, stored.text
        kill(server)

    for _ in range(CRASHES):
        with start(tmp_path) as server:
            check_all(server, writers)
            kill_while_writing(server, writers, chance)

    with start(tmp_path) as server:
        check_all(server, writers)
        assert server.stop() == 0
    print(f"{CRASHES} crashes, {acknowledged(writers)} changes acknowledged")
    assert acknowledged(writers) > CRASHES


def acknowledged(writers):
    return sum(writer.acknowledged for writer in writers)


def start(tmp_path):
    return Server(tmp_path / "data", own_group=True)


def kill(server):
    """With every compile worker, as a power failure would."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def kill_while_writing(server, writers, chance):
    enough = acknowledged(writers) + chance.randint(0, MOST_CHANGES)
    with ThreadPoolExecutor(len(writers)) as pool:
        writing = [pool.submit(writer.write_until_killed, server) for writer in writers]
        try:
            eventually(lambda: acknowledged(writers) >= enough, what="more acknowledged changes")
            time.sleep(chance.uniform(0, LONGEST_REST_SECONDS))
        finally:
            kill(server)
    for done in writing:
        done.result()


def check_all(server, writers):
    listed = server.call("GET", "/v1/functions?limit=1000").json()["functions"]
    listed = [function["name"] for function in listed]
    for writer in writers:
        present = {name: name in listed for name in writer.names}
        writer.settle({name: read(server, name) if there else None for name, there in present.items()})
    known = {name: (f, writer) for writer in writers for name, f in writer.known.items()}
    assert listed == sorted(name for name, (function, _) in known.items() if function)
    for name, (function, writer) in known.items():
        check_answer(server, name, function, writer)


def read(server, name):
    """The function with its versions, which must agree with each other."""
    shown = server.function(name)
    rows = server.call("GET", f"/v1/functions/{name}/versions").json()["versions"]
    function = Function(shown["version"], tuple((row["version"], version_of(row)) for row in rows))
    assert [row["version"] for row in rows if row["live"]] == [function.live]
    assert version_of(shown) == function.live_version
    return function


def version_of(document):
    version = Version(document["digest"], int(document["env"]["STAMP"]))
    assert document["env"] == version.settings["env"]
    assert document["limits"]["wall"] == version.settings["limits"]["wall"]
    return version


def check_answer(server, name, function, writer):
    """The module and the settings that are live are those that answer."""
    answer = server.get(f"/{name}")
    if function is None:
        assert answer.code == "function-not-found"
        return
    assert answer.status == 200, answer.text
    version = function.live_version
    if version.digest == writer.base:
        assert f"STAMP={version.stamp}\n" in answer.text
    else:
        assert answers(answer.json()[0]) == writer.modules[version.digest]

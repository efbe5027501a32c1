"""Functions that keep their memory: across calls, restarts, versions and crashes."""

import json
import os
import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from testbed import Server, eventually, guest, guest_path
from testbed.chance import seeded_random
from testbed.wess import Wess
from testbed.wire import ConnectionEnded

# Of the loop that kills the server while it counts.
CRASHES = 500
COUNTERS = 3
MOST_CALLS = 30


def add(server, name, key="", more=1):
    answer = server.request("POST", f"/{name}{key}/add", f"[{more}]")
    assert answer.status == 200, answer.text
    return answer.json()[0]


def sums(server, name, key=""):
    answer = server.request("POST", f"/{name}{key}/sums", "[]")
    assert answer.status == 200, answer.text
    return answer.json()


def whole(calls, total):
    """What all places of the guest hold."""
    return [calls, float(total), total, total]


def test_a_state_outlives_the_server(start_server, name):
    server = start_server()
    server.deploy(name, "remembers", state="memory")
    assert [add(server, name, "/@ann", more) for more in (1, 2, 3)] == [1, 3, 6]
    assert add(server, name, more=7) == 7
    assert server.stop() == 0

    server = start_server()

    assert sums(server, name, "/@ann") == whole(3, 6)
    assert sums(server, name) == whole(1, 7)
    assert sums(server, name, "/@bob") == whole(0, 0)
    assert server.request("POST", f"/{name}/@ann/initialized").json() == [1]


def test_calls_of_one_state_take_turns(server, name):
    server.deploy(name, "remembers", state="memory")
    calls = 60

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: add(server, name, "/@busy"), range(calls)))

    assert sorted(answers) == list(range(1, calls + 1))
    assert sums(server, name, "/@busy") == whole(calls, calls)


@pytest.mark.parametrize(
    ("export", "code"), [("add_and_trap", "guest-trap"), ("add_and_spin", "limit-cpu")]
)
def test_a_call_that_fails_changes_nothing(server, name, export, code):
    server.deploy(name, "remembers", state="memory", limits={"cpu": "50ms"})
    add(server, name, "/@ann", 5)

    answer = server.request("POST", f"/{name}/@ann/{export}", "[1]")

    assert answer.code == code
    assert sums(server, name, "/@ann") == whole(1, 5)
    assert add(server, name, "/@ann", 1) == 6


def test_a_call_that_was_given_up_changes_nothing(server, name):
    server.deploy(name, "remembers", state="memory", limits={"cpu": "60s", "wall": "60s"})
    add(server, name, "/@ann", 5)

    with server.connect() as connection:
        connection.send_request("POST", f"/{name}/@ann/add_and_spin", "[1]")
        in_flight = f'rockpool_invocations_in_flight{{function="{name}"}}'
        eventually(lambda: server.metrics().get(in_flight) == 1, what="the call's start")

    eventually(lambda: server.metrics().get(in_flight) == 0, what="the call's end")
    assert sums(server, name, "/@ann") == whole(1, 5)


def test_calls_that_wait_for_a_state_hold_nobody_else_up(server, name):
    limits = {"cpu": "60s", "wall": "60s", "concurrency": 2, "queue-wait": "60s"}
    server.deploy(name, "remembers", state="memory", limits=limits)
    with server.connect() as spinning, ThreadPoolExecutor(4) as pool:
        spinning.send_request("POST", f"/{name}/@busy/add_and_spin", "[1]")
        queued = f'rockpool_queue_depth{{function="{name}"}}'
        in_flight = f'rockpool_invocations_in_flight{{function="{name}"}}'
        eventually(lambda: server.metrics().get(in_flight) == 1, what="the call's start")
        waiting = [pool.submit(add, server, name, "/@busy") for _ in range(3)]
        eventually(lambda: server.metrics().get(queued) == 3, what="three that wait")

        assert add(server, name, "/@free") == 1

        spinning.close()
        assert sorted(done.result() for done in waiting) == [1, 2, 3]


def test_a_state_belongs_to_its_module(server, name):
    server.deploy(name, "remembers", state="memory")
    add(server, name, "/@ann", 5)

    server.deploy(name, "remembers", state="memory", env={"STAMP": "2"})
    assert sums(server, name, "/@ann") == whole(1, 5)

    server.deploy(name, "keeps_count", state="memory")
    assert server.request("POST", f"/{name}/@ann").json() == [1]
    assert server.call("POST", f"/v1/functions/{name}/rollback").status == 200
    assert sums(server, name, "/@ann") == whole(1, 5)


def test_a_function_that_is_deleted_takes_its_states_along(server, name):
    server.deploy(name, "remembers", state="memory")
    add(server, name, "/@ann", 5)

    assert server.call("DELETE", f"/v1/functions/{name}").status == 204
    server.deploy(name, "remembers", state="memory")

    assert sums(server, name, "/@ann") == whole(0, 0)


KEPT_VERSIONS = 10


def leave_behind(server):
    """Makes so many versions of another module that none with the first is kept."""
    for number in range(KEPT_VERSIONS):
        server.deploy("f", "keeps_count", state="memory", env={"N": str(number)})


def test_states_of_a_module_that_no_version_has_go_at_the_next_start(start_server):
    server = start_server()
    server.deploy("f", "remembers", state="memory")
    add(server, "f", "/@ann", 5)
    leave_behind(server)
    assert server.stop() == 0

    server = start_server()
    server.deploy("f", "remembers", state="memory")

    assert sums(server, "f", "/@ann") == whole(0, 0)


def test_a_module_that_comes_back_at_once_goes_on_with_whole_states(start_server):
    server = start_server()
    server.deploy("f", "remembers", state="memory")
    add(server, "f", "/@ann", 5)
    leave_behind(server)
    server.deploy("f", "remembers", state="memory")
    assert add(server, "f", "/@ann", 2) == 7
    assert server.stop() == 0

    server = start_server()

    assert sums(server, "f", "/@ann") == whole(2, 7)
    assert server.request("POST", "/f/@ann/initialized").json() == [1]


def test_states_are_listed_and_deleted(server, name):
    server.deploy(name, "remembers", state="memory")
    assert server.call("GET", f"/v1/functions/{name}/states").json() == {"states": []}
    for key in ("/@bob", "", "/@ann"):
        add(server, name, key, 5)

    keys, cursor = [], ""
    for _ in range(3):
        page = server.call("GET", f"/v1/functions/{name}/states?limit=1{cursor}").json()
        (state,) = page["states"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", state["saved"])
        keys.append(state["key"])
        cursor = f"&cursor={page.get('next')}"
    assert keys == ["", "ann", "bob"]
    assert cursor == "&cursor=None"

    path = f"/v1/functions/{name}/states"
    assert server.call("DELETE", f"{path}/@ann").status == 204
    assert server.call("DELETE", f"{path}/@").status == 204
    assert server.call("DELETE", f"{path}/@ann").code == "not-found"
    assert sums(server, name, "/@ann") == whole(0, 0)
    assert sums(server, name) == whole(0, 0)
    assert sums(server, name, "/@bob") == whole(1, 5)


def test_the_command_line_lists_and_deletes_states(server, name):
    server.deploy(name, "remembers", state="memory")
    for key in ("/@ann", ""):
        add(server, name, key)

    rows = server.cli("states", name).stdout.splitlines()
    assert [row.split()[0] for row in rows] == ["KEY", "@", "@ann"]
    listed = json.loads(server.cli("states", name, "-o", "json").stdout)
    assert [state["key"] for state in listed["states"]] == ["", "ann"]

    done = server.cli("states", name, "--delete", "@ann")
    assert (done.returncode, done.stdout) == (0, "")
    assert [row.split()[0] for row in server.cli("states", name).stdout.splitlines()] == ["KEY", "@"]
    again = server.cli("states", name, "--delete", "@ann")
    assert again.returncode == 1
    assert "not-found" in again.stderr
    assert server.cli("states", name, "--delete", "ann").returncode == 2


def test_a_state_is_deleted_when_it_is_its_turn(server, name):
    limits = {"cpu": "60s", "wall": "60s", "queue-wait": "60s"}
    server.deploy(name, "remembers", state="memory", limits=limits)
    add(server, name, "/@ann")
    in_flight = f'rockpool_invocations_in_flight{{function="{name}"}}'
    queued = f'rockpool_queue_depth{{function="{name}"}}'
    with server.connect() as spinning, ThreadPoolExecutor(1) as pool:
        spinning.send_request("POST", f"/{name}/@ann/add_and_spin", "[1]")
        eventually(lambda: server.metrics().get(in_flight) == 1, what="the call's start")

        deleted = pool.submit(server.call, "DELETE", f"/v1/functions/{name}/states/@ann")
        eventually(lambda: server.metrics().get(queued) == 1, what="one that waits")
        spinning.close()

        assert deleted.result().status == 204
    assert sums(server, name, "/@ann") == whole(0, 0)


def test_a_manifest_and_a_flag_and_set_ask_for_it(server, name, tmp_path):
    manifest = tmp_path / "rockpool.toml"
    manifest.write_text(
        f'[function.{name}]\nmodule = "{guest_path("remembers")}"\nstate = "memory"\n'
    )
    done = server.cli("deploy", "-f", manifest)
    assert done.returncode == 0, done.stderr
    assert server.function(name)["state"] == "memory"
    assert re.search(r"^state: +memory$", server.cli("show", name).stdout, re.MULTILINE)

    assert server.cli("set", name, "state=none").returncode == 0
    assert server.function(name)["state"] == "none"
    assert [add(server, name), add(server, name)] == [1, 1]

    done = server.cli("deploy", guest_path("remembers"), "--name", name, "--state", "memory")
    assert done.returncode == 0, done.stderr
    assert [add(server, name), add(server, name)] == [1, 2]


def test_a_module_stored_through_wess_may_keep_its_state(start_server):
    server = start_server("--wess", "127.0.0.1:0")
    wess = Wess.of(server)
    module = wess.create(guest("keeps_count"), "next", [], ["I32"])
    assert [wess.run(module).json()["message"] for _ in range(2)] == [[1], [1]]

    assert server.call("PATCH", f"/v1/functions/{module}", {"state": "memory"}).status == 200
    assert [wess.run(module).json()["message"] for _ in range(2)] == [[1], [2]]
    assert server.stop() == 0

    server = start_server("--wess", "127.0.0.1:0")
    assert Wess.of(server).run(module).json()["message"] == [3]


class Counter:
    """Adds to one state on a connection of its own until the server is gone."""

    def __init__(self, name, key):
        self.name = name
        self.key = key
        self.acknowledged = 0
        self.sent = 0

    def count_until_killed(self, server):
        try:
            with server.connect() as connection:
                while True:
                    self.sent = self.acknowledged + 1
                    answer = connection.request("POST", f"/{self.name}{self.key}/add", "[1]")
                    if not answer.complete:
                        return
                    assert answer.json() == [self.sent]
                    self.acknowledged = self.sent
        except (ConnectionEnded, ConnectionError):
            pass

    def settle(self, server):
        """The state has each call that was acknowledged, perhaps the one under way, and none by half."""
        calls, total, told, hidden = sums(server, self.name, self.key)
        assert calls in (self.acknowledged, self.sent)
        assert [total, told, hidden] == [calls, calls, calls]
        self.acknowledged = self.sent = calls


def test_counters_survive_kill_9(tmp_path):
    chance = seeded_random("state crash loop")
    counters = [Counter("f", f"/@{n}") for n in range(COUNTERS)]
    with Server(tmp_path / "data", own_group=True) as server:
        server.deploy("f", "remembers", state="memory")
        kill(server)

    for _ in range(CRASHES):
        with Server(tmp_path / "data", own_group=True) as server:
            for counter in counters:
                counter.settle(server)
            kill_while_counting(server, counters, chance.randint(1, MOST_CALLS))

    with Server(tmp_path / "data") as server:
        for counter in counters:
            counter.settle(server)
        assert server.stop() == 0
    total = sum(counter.acknowledged for counter in counters)
    print(f"{CRASHES} crashes, {total} calls acknowledged")
    assert total >= CRASHES


def kill_while_counting(server, counters, calls):
    enough = sum(counter.acknowledged for counter in counters) + calls
    threads = [threading.Thread(target=c.count_until_killed, args=(server,)) for c in counters]
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: sum(c.acknowledged for c in counters) >= enough, what="more calls")
    finally:
        kill(server)
        for thread in threads:
            thread.join()


def kill(server):
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()

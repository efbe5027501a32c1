"""Limits that show only when several calls meet, and those of the whole server."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from testbed import eventually

LIMITS = ["wall", "cpu", "memory", "concurrency", "queue", "queue-wait", "body", "response", "log"]


def in_flight(server, name):
    return server.metrics().get(f'rockpool_invocations_in_flight{{function="{name}"}}', 0)


def queue_depth(server, name):
    return server.metrics().get(f'rockpool_queue_depth{{function="{name}"}}', 0)


def shed(server, name):
    samples = server.metrics().items()
    return sum(v for n, v in samples if n.startswith("rockpool_shed_total") and f'"{name}"' in n)


def assert_overloaded(answer):
    assert (answer.status, answer.code) == (503, "overloaded"), answer.text
    assert int(answer.header("retry-after")) >= 1


@pytest.fixture
def occupied(server, name):
    """Deploys a function of given limits and occupies its one permit for some milliseconds."""
    pool = ThreadPoolExecutor(8)
    running = []

    def occupy(ms, **limits):
        server.deploy(name, "sleeps", limits={"concurrency": 1, **limits})
        running.append(pool.submit(server.get, f"/{name}?ms={ms}"))
        eventually(lambda: in_flight(server, name) == 1)
        return pool

    yield occupy
    for call in running:
        assert call.result().status == 200
    pool.shutdown()


def test_without_a_queue_calls_over_the_concurrency_are_refused(server, name, occupied):
    occupied(800, queue=0)

    assert_overloaded(server.get(f"/{name}?ms=0"))
    assert shed(server, name) == 1


def test_calls_over_the_concurrency_wait_their_turn(server, name, occupied):
    pool = occupied(400, **{"queue-wait": "10s"})

    waiting = [pool.submit(server.get, f"/{name}?ms=1") for _ in range(3)]
    eventually(lambda: queue_depth(server, name) > 0)

    assert [call.result().status for call in waiting] == [200] * 3
    assert shed(server, name) == 0


def test_a_queue_that_is_full_refuses(server, name, occupied):
    pool = occupied(1200, queue=2, **{"queue-wait": "10s"})
    waiting = [pool.submit(server.get, f"/{name}?ms=1") for _ in range(2)]
    eventually(lambda: queue_depth(server, name) == 2)

    refused = server.get(f"/{name}?ms=1")

    assert_overloaded(refused)
    assert [call.result().status for call in waiting] == [200] * 2


def test_a_call_that_waited_too_long_is_refused(server, name, occupied):
    occupied(1500, **{"queue-wait": "200ms"})
    begun = time.monotonic()

    refused = server.get(f"/{name}?ms=1")

    assert_overloaded(refused)
    assert 0.15 < time.monotonic() - begun < 1.2


def test_waiting_for_a_turn_does_not_count_as_wall_time(server, name):
    server.deploy(name, "sleeps", limits={"concurrency": 1, "wall": "800ms", "queue-wait": "10s"})

    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(server.get, f"/{name}?ms=400") for _ in range(4)]

    assert [call.result().status for call in calls] == [200] * 4


def test_instances_over_the_pool_are_refused(start_server):
    server = start_server("--instances", "2")
    server.deploy("sleeps", "sleeps")

    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(server.get, "/sleeps?ms=600") for _ in range(6)]
        answers = [call.result() for call in calls]

    codes = sorted(answer.code or "" for answer in answers)
    assert codes[:1] == [""], codes
    assert set(codes) == {"", "overloaded"}
    for answer in answers:
        if answer.code:
            assert_overloaded(answer)
    assert server.get("/sleeps?ms=0").status == 200


def test_memory_of_all_instances_together_is_bounded(start_server):
    server = start_server("--memory", "64MiB")
    server.deploy("eats", "eats_memory", limits={"memory": "1GiB"})

    eaten = int(server.get("/eats").text)

    assert 40 < eaten <= 64


def test_every_limit_can_be_set_and_is_shown(server, name):
    wanted = {
        "wall": "7s", "cpu": "3s", "memory": "64MiB", "concurrency": 7, "queue": 9, "queue-wait": "2s",
        "body": "1MiB", "response": "2MiB", "log": "32KiB",
    }  # fmt: skip
    assert sorted(wanted) == sorted(LIMITS)

    server.deploy(name, "hello", limits=wanted)

    assert server.function(name)["limits"] == wanted


def test_defaults_are_those_of_the_guide(server, name):
    assert server.deploy(name, "hello")["limits"] == {
        "wall": "30s", "cpu": "5s", "memory": "128MiB", "concurrency": 256, "queue": 1024,
        "queue-wait": "1s", "body": "10MiB", "response": "unlimited", "log": "64KiB",
    }  # fmt: skip

"""Guests and clients that misbehave while others want to be served: the others are.

What a hostile guest's own caller gets is in tests/conformance/hostile.case.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from testbed import ConnectionEnded, eventually

MEBIBYTE = 1 << 20
NEIGHBOURS_CALLS = 200


@pytest.fixture
def neighbour(server, new_name):
    """Calls a well-behaved function as often as asked; fails if one call does."""
    name = new_name()
    server.deploy(name, "hello")

    def call(times=1):
        took = []
        with server.connect(timeout=30) as connection:
            for _ in range(times):
                begun = time.monotonic()
                answer = connection.request("GET", f"/{name}")
                took.append(time.monotonic() - begun)
                assert (answer.status, answer.text) == (200, "Hello, world!")
        return sorted(took)

    return call


def in_flight(server, name):
    return server.metrics().get(f'rockpool_invocations_in_flight{{function="{name}"}}', 0)


def outcomes(server, name):
    mark = f'function="{name}"'
    samples = server.metrics().items()
    counts = {n: v for n, v in samples if n.startswith("rockpool_invocations_total") and mark in n}
    return {sample.split('outcome="')[1].split('"')[0]: int(count) for sample, count in counts.items()}


def test_guests_that_spin_on_every_core_leave_neighbours_their_turn(server, name, neighbour):
    server.deploy(name, "spins_forever", limits={"cpu": "20s", "wall": "8s"})
    spinners = 4

    with ThreadPoolExecutor(spinners) as pool:
        spinning = [pool.submit(server.get, f"/{name}") for _ in range(spinners)]
        eventually(lambda: in_flight(server, name) == spinners)
        took = neighbour(NEIGHBOURS_CALLS)
        assert in_flight(server, name) == spinners
        codes = [answer.result().code for answer in spinning]

    assert codes == ["limit-wall"] * spinners
    assert took[len(took) // 2] < 0.05, f"half of the neighbour's calls took {took[len(took) // 2]} s"


def test_a_guest_that_spins_while_it_starts_leaves_neighbours_their_turn(server, name, neighbour):
    with ThreadPoolExecutor(1) as pool:
        settings = {"limits": {"cpu": "2s"}}
        deploying = pool.submit(server.try_deploy, name, "spins_in_initialize", **settings)
        took = []
        while not deploying.done():
            took += neighbour(10)
        refused = deploying.result()

    assert (refused.status, refused.code) == (422, "start-failed")
    assert len(took) >= 100


def test_a_gigabyte_for_a_client_that_does_not_read_is_held_back(server, name, neighbour):
    server.deploy(name, "answers_1gb", limits={"wall": "3s"})
    before = server.resident_bytes()

    with server.connect(receive_buffer=4096) as connection:
        connection.send_request("GET", f"/{name}")
        head = connection.read_head()
        neighbour(20)
        eventually(lambda: outcomes(server, name) == {"limit-wall": 1}, timeout=20)
        held = server.resident_bytes() - before
        connection.set_timeout(30)
        got, whole = read_rest(connection, head)

    assert head.status == 200
    assert held < 64 * MEBIBYTE
    assert got < 64 * MEBIBYTE
    assert not whole


def read_rest(connection, head):
    got = 0
    try:
        for piece in connection.body_pieces(head):
            got += len(piece)
    except ConnectionEnded:
        return got, False
    return got, True


def test_a_long_answer_is_whole_for_a_client_that_reads(server, name):
    server.deploy(name, "answers_1gb")
    wanted = 100 * MEBIBYTE

    before = server.resident_bytes()
    with server.connect() as connection:
        connection.send_request("GET", f"/{name}?bytes={wanted}")
        head = connection.read_head()
        at, period = 0, bytes(range(251)) * 3000
        for piece in connection.body_pieces(head):
            for begin in range(0, len(piece), 500_000):
                part = piece[begin : begin + 500_000]
                offset = (at + begin) % 251
                assert part == period[offset : offset + len(part)]
            at += len(piece)

    assert at == wanted
    assert server.resident_bytes() - before < 64 * MEBIBYTE


def test_a_body_that_is_never_read_is_not_kept(server, name, neighbour):
    """The client sends on and on; it gets its answer, and the server takes no more than it can hold."""
    server.deploy(name, "never_reads_body", limits={"body": "1GiB"})
    before = server.resident_bytes()
    sent = 0

    with server.connect(timeout=20) as connection:
        head = f"POST /{name} HTTP/1.1\r\nHost: a\r\nContent-Length: {1 << 30}\r\n\r\n"
        connection.send(head.encode())
        answer = connection.read_answer()
        try:
            while sent < 256 * MEBIBYTE:
                connection.send(b"b" * MEBIBYTE)
                sent += MEBIBYTE
        except OSError:
            pass  # closed: as good as taking it all and dropping it

    assert answer.text == "unread"
    assert server.resident_bytes() - before < 64 * MEBIBYTE
    neighbour()


def test_memory_that_guests_eat_is_given_back(server, name, neighbour):
    server.deploy(name, "eats_memory", limits={"memory": "64MiB"})
    server.get(f"/{name}")
    before = server.resident_bytes()

    with ThreadPoolExecutor(4) as pool:
        eaten = list(pool.map(lambda _: server.get(f"/{name}").text, range(16)))

    assert all(50 < int(text) <= 64 for text in eaten), eaten
    eventually(lambda: server.resident_bytes() - before < 64 * MEBIBYTE)
    neighbour()


def test_a_client_that_does_not_end_its_head_is_sent_away(server, neighbour):
    with server.connect(timeout=30) as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: a\r\n")
        neighbour(20)
        answer = connection.read_answer()
        assert connection.is_closed_by_peer()

    assert (answer.status, answer.code) == (408, "request-timeout")


HOSTILE = [
    "spins_forever", "sleeps", "eats_memory", "cgi_recurses", "cgi_grows_tables", "floods_the_log",
    "lies_in_content_length", "exits_in_body", "traps_after_head", "never_answers", "traps", "panics",
    "deadlocks_on_its_body", "hoards_resources",
]  # fmt: skip


def test_all_hostile_guests_at_once_are_each_only_their_own_callers_trouble(server, new_name, neighbour):
    limits = {"cpu": "200ms", "wall": "400ms", "memory": "32MiB"}
    names = {guest: new_name() for guest in HOSTILE}
    for guest, name in names.items():
        server.deploy(name, guest, limits=limits)
    stop = threading.Event()

    def torment(guest):
        query = {"sleeps": "?ms=60000", "lies_in_content_length": "/short"}.get(guest, "")
        while not stop.is_set():
            try:
                answer = server.get(f"/{names[guest]}{query}")
            except ConnectionEnded:
                continue
            assert answer.status in (200, 500, 502, 504), f"{guest}: {answer.status} {answer.text}"

    with ThreadPoolExecutor(len(HOSTILE)) as pool:
        tormenting = [pool.submit(torment, guest) for guest in HOSTILE]
        try:
            neighbour(NEIGHBOURS_CALLS)
        finally:
            stop.set()
        for done in tormenting:
            done.result()

    for name in names.values():
        eventually(lambda name=name: in_flight(server, name) == 0)
    neighbour()

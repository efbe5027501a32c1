"""What functions write is kept, asked for and followed."""

import json
import re
import threading
from datetime import UTC, datetime, timedelta

from testbed import eventually


def write_lines(server, name, count):
    assert server.get(f"/{name}?lines={count}").text == "flooded"


def test_a_record_says_what_when_and_for_which_request(server, name):
    server.deploy(name, "logs")
    server.get(f"/{name}", {"X-Request-Id": "my-request"})

    records = eventually(lambda: server.logs(name))

    out = next(record for record in records if record["message"] == "to stdout")
    assert set(out) == {
        "time", "level", "function", "version", "request_id", "trace_id", "stream", "message",
    }  # fmt: skip
    assert (out["function"], out["version"], out["stream"]) == (name, 1, "stdout")
    assert out["request_id"] == "my-request"
    assert re.fullmatch(r"[0-9a-f]{32}", out["trace_id"])
    age = datetime.now(UTC) - datetime.fromisoformat(out["time"])
    assert timedelta(0) <= age < timedelta(minutes=1)


def test_tail_gives_the_last_lines(server, name):
    server.deploy(name, "cgi_floods_the_log")
    write_lines(server, name, 20)

    records = server.logs(name, "?tail=3")

    assert [r["message"].split(" of ")[0] for r in records] == ["line 18", "line 19", "line 20"]
    assert server.logs(name, "?tail=0") == []


def test_since_leaves_out_what_was_before(server, name):
    server.deploy(name, "cgi_floods_the_log")
    write_lines(server, name, 2)
    middle = server.logs(name)[-1]["time"]
    after = datetime.fromisoformat(middle) + timedelta(milliseconds=5)
    eventually(lambda: datetime.now(UTC) > after + timedelta(milliseconds=5))
    write_lines(server, name, 3)
    since = after.isoformat().replace("+00:00", "Z")

    assert len(server.logs(name, f"?since={since}")) == 3
    assert len(server.logs(name, f"?until={since}")) == 2
    assert len(server.logs(name, "?since=10m")) == 5


def test_one_request_can_be_asked_for(server, name):
    server.deploy(name, "logs")
    for request_id in ("first", "second"):
        server.get(f"/{name}", {"X-Request-Id": request_id})

    records = eventually(lambda: server.logs(name, "?request_id=second"))

    assert {record["request_id"] for record in records} == {"second"}


def test_following_gets_new_lines_as_they_come(server, name):
    server.deploy(name, "cgi_floods_the_log")
    write_lines(server, name, 2)

    with server.connect_control() as connection:
        connection.send_request("GET", f"/v1/functions/{name}/logs?follow=1&tail=1")
        head = connection.read_head()
        pieces = connection.body_pieces(head)
        seen = next(pieces)
        write_lines(server, name, 3)
        while seen.count(b"\n") < 4:
            seen += next(pieces)

    messages = [json.loads(line)["message"].split(" of ")[0] for line in seen.splitlines()]
    assert head.header("content-type") == "application/x-ndjson"
    assert messages == ["line 2", "line 1", "line 2", "line 3"]


def test_following_ends_with_the_function(server, name):
    server.deploy(name, "cgi_floods_the_log")
    write_lines(server, name, 1)

    with server.connect_control() as connection:
        connection.send_request("GET", f"/v1/functions/{name}/logs?follow=1")
        head = connection.read_head()
        pieces = connection.body_pieces(head)
        next(pieces)
        assert server.call("DELETE", f"/v1/functions/{name}").status == 204
        rest = list(pieces)

    assert b"".join(rest) == b""


def test_a_flood_is_cut_and_what_is_missing_is_counted(server, name):
    server.deploy(name, "cgi_floods_the_log", limits={"log": "4KiB"})
    lines = 10_000
    write_lines(server, name, lines)

    def dropped():
        text = "\n".join(record["message"] for record in server.logs(name))
        counts = [int(n) for n in re.findall(r"(\d+) lines?[^\n]*dropped|dropped (\d+)", text) for n in n if n]
        return sum(counts)

    eventually(lambda: dropped() > 0, what="the count of dropped lines")
    kept = [r for r in server.logs(name) if r["message"].startswith("line ")]
    assert len(kept) + dropped() == lines
    assert len(kept) < 500


def test_the_ring_is_bounded(server, name):
    server.deploy(name, "cgi_floods_the_log", limits={"log": "1GiB"})
    write_lines(server, name, 40_000)

    records = server.logs(name)

    assert records[-1]["message"].startswith("line 40000 ")
    assert sum(len(record["message"]) for record in records) < 1 << 20


def test_many_followers_all_get_all(server, name):
    server.deploy(name, "cgi_floods_the_log")
    seen = []
    started = threading.Barrier(5)

    def follow():
        with server.connect_control() as connection:
            connection.send_request("GET", f"/v1/functions/{name}/logs?follow=1")
            head = connection.read_head()
            started.wait()
            text = b""
            for piece in connection.body_pieces(head):
                text += piece
                if text.count(b"\n") >= 50:
                    break
            seen.append(text.count(b"line "))

    followers = [threading.Thread(target=follow) for _ in range(4)]
    for follower in followers:
        follower.start()
    started.wait()
    write_lines(server, name, 50)
    for follower in followers:
        follower.join(60)

    assert seen == [50] * 4

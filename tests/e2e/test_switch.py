"""Versions change under requests that are running."""

import re
import threading

from testbed import eventually


def versions(server, name):
    return server.call("GET", f"/v1/functions/{name}/versions").json()["versions"]


def numbers(server, name):
    return [version["version"] for version in versions(server, name)]


def test_the_switch_under_load_fails_no_request(server, name):
    """Versions go to and fro while callers call: each answer is that of one version, none fails."""
    server.deploy(name, "cgi_env", env={"VERSION": "first"})
    stop = threading.Event()
    wrong, counts = [], []

    def call_until_stopped():
        count = 0
        with server.connect() as connection:
            while not stop.is_set():
                answer = connection.request("GET", f"/{name}")
                found = re.findall(r"^VERSION=(.*)$", answer.text, re.MULTILINE)
                if answer.status != 200 or len(found) != 1:
                    wrong.append((answer.status, answer.text))
                count += 1
        counts.append(count)

    callers = [threading.Thread(target=call_until_stopped) for _ in range(4)]
    for caller in callers:
        caller.start()
    try:
        for step in range(12):
            if step % 3 == 2:
                assert server.call("POST", f"/v1/functions/{name}/rollback", {}).status == 200
            else:
                server.deploy(name, "cgi_env", env={"VERSION": f"step-{step}"})
                assert f"VERSION=step-{step}\n" in server.get(f"/{name}").text
    finally:
        stop.set()
        for caller in callers:
            caller.join()

    assert wrong == []
    assert len(counts) == 4
    assert min(counts) > 0


def test_a_request_in_flight_ends_on_its_version(server, name):
    server.deploy(name, "cgi_slow")
    with server.connect() as connection:
        connection.send_request("GET", f"/{name}?ms=700")
        head = connection.read_head()
        pieces = connection.body_pieces(head)
        body = next(pieces)

        server.deploy(name, "hello")
        new = server.get(f"/{name}").text
        body += b"".join(pieces)

    assert new == "Hello, world!"
    assert body == b"first\nrest\n"


def test_a_request_in_flight_of_a_deleted_function_ends_well(server, name):
    server.deploy(name, "cgi_slow")
    with server.connect() as connection:
        connection.send_request("GET", f"/{name}?ms=500")
        head = connection.read_head()
        pieces = connection.body_pieces(head)
        body = next(pieces)

        assert server.call("DELETE", f"/v1/functions/{name}").status == 204
        body += b"".join(pieces)

    assert body == b"first\nrest\n"
    eventually(lambda: server.get(f"/{name}").status == 404)


def test_many_deploys_of_one_function_at_once_all_count(server, name):
    answers = []

    def deploy(number):
        answers.append(server.try_deploy(name, "sum", env={"N": str(number)}))

    deployers = [threading.Thread(target=deploy, args=(n,)) for n in range(8)]
    for deployer in deployers:
        deployer.start()
    for deployer in deployers:
        deployer.join()

    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, 9))
    assert numbers(server, name) == list(range(8, 0, -1))

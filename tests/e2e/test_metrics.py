"""What Prometheus is told."""

import re

from testbed import eventually

NAMES = {
    "rockpool_invocations_total": "counter",
    "rockpool_invocation_duration_seconds": "histogram",
    "rockpool_invocation_cpu_seconds_total": "counter",
    "rockpool_instantiation_duration_seconds": "histogram",
    "rockpool_compile_duration_seconds": "histogram",
    "rockpool_invocations_in_flight": "gauge",
    "rockpool_queue_depth": "gauge",
    "rockpool_shed_total": "counter",
    "rockpool_http_requests_total": "counter",
    "rockpool_store_operation_duration_seconds": "histogram",
    "rockpool_build_info": "gauge",
}


def test_every_documented_name_is_there_with_its_type(server, name):
    server.deploy(name, "sum")
    server.request("POST", f"/{name}", "[1,2]")

    text = server.call("GET", "/metrics").text

    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    helped = set(re.findall(r"^# HELP (\S+) \S", text, re.MULTILINE))
    assert {n: types.get(n) for n in NAMES} == NAMES
    assert set(NAMES) <= helped
    assert all(other.startswith("rockpool_") for other in types)


def test_calls_are_counted_by_how_they_ended(server, name):
    server.deploy(name, "scalars")
    for _ in range(3):
        server.get(f"/{name}/answer")
    server.request("POST", f"/{name}/unreachable")

    def count(outcome):
        labels = f'function="{name}",version="1",trigger="http",outcome="{outcome}"'
        return server.metrics().get(f"rockpool_invocations_total{{{labels}}}")

    assert count("ok") == 3
    assert count("guest-trap") == 1
    samples = server.metrics()
    assert samples[f'rockpool_invocation_duration_seconds_count{{function="{name}"}}'] == 4
    assert samples[f'rockpool_invocation_cpu_seconds_total{{function="{name}"}}'] > 0


def test_calls_in_flight_are_counted_while_they_run(server, name):
    server.deploy(name, "sleeps")
    gauge = f'rockpool_invocations_in_flight{{function="{name}"}}'
    with server.connect() as connection:
        connection.send_request("GET", f"/{name}?ms=20000")
        eventually(lambda: server.metrics()[gauge] == 1)

    eventually(lambda: server.metrics()[gauge] == 0, what="the end of a call whose caller left")


def test_series_of_a_deleted_function_go(server, name):
    server.deploy(name, "sum")
    server.request("POST", f"/{name}", "[1,2]")
    assert any(name in sample for sample in server.metrics())

    server.call("DELETE", f"/v1/functions/{name}")

    eventually(lambda: not any(f'"{name}"' in sample for sample in server.metrics()))


def test_requests_are_counted_by_listener_and_status(server):
    sample = 'rockpool_http_requests_total{listener="ingress",status="404"}'
    before = server.metrics().get(sample, 0)

    server.get("/nobody-is-here")

    assert server.metrics()[sample] == before + 1


def test_build_info_names_the_version(server):
    info = server.call("GET", "/v1/info").json()

    assert server.metrics()[f'rockpool_build_info{{version="{info["version"]}"}}'] == 1

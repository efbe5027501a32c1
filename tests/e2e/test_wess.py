"""Wess's API: each call of its document, its limits, its texts, and the functions behind it."""

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from test_tls import make_certificate, trusting

from testbed import Connection, Server, eventually, guest
from testbed.wasm import answers
from testbed.wess import LOG_LINE, Wess, document

NOBODY = "11111111-2222-4333-8444-555555555555"
I32, I64, F32, F64 = "I32", "I64", "F32", "F64"
I32S, I64S, F32S, F64S = "I32[]", "I64[]", "F32[]", "F64[]"


@pytest.fixture(scope="module")
def wess_server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("wess") / "data", "--wess", "127.0.0.1:0") as server:
        yield server


@pytest.fixture
def server(wess_server, request):
    request.node.servers = [wess_server]
    assert wess_server.is_alive(), wess_server.log()
    yield wess_server
    assert wess_server.is_alive(), wess_server.log()
    wess_server.check_log()


@pytest.fixture
def wess(server):
    return Wess.of(server)


@pytest.fixture(scope="module")
def sum_module(wess_server):
    return Wess.of(wess_server).create(guest("sum"), "sum", [I32, I32], [I32])


@pytest.fixture
def scalar(wess):
    """Stores one export of the guest that has every type."""
    return lambda name, arguments=(), results=(): wess.create(guest("scalars"), name, arguments, results)


def message(answer):
    assert answer.header("content-type") == "application/json"
    body = answer.json()
    assert list(body) == ["message"]
    return body["message"]


# Storing and reading.


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_create_gives_a_new_uuid(wess, method):
    body = document(guest("sum"), "sum", [I32, I32], [I32])

    first = wess.call(method, "/", body)
    second = wess.call(method, "/", body)

    assert (first.status, second.status) == (202, 202)
    ids = [message(answer)["id"] for answer in (first, second)]
    assert ids[0] != ids[1]
    assert all(str(uuid.UUID(text)) == text and uuid.UUID(text).version == 4 for text in ids)


def test_a_read_gives_back_what_was_stored(wess):
    body = document(guest("scalars"), "swap", [I64, F32], [F32, I64])
    module = message(wess.call("POST", "/", body))["id"]

    answer = wess.call("GET", f"/{module}")

    assert answer.status == 200
    assert message(answer) == body


def test_a_module_of_nearly_1_mb_is_taken_and_given_back(wess):
    padding = bytes(range(256)) * 4095  # a custom section of any content
    wasm = guest("sum") + bytes([0]) + b"\x82\xf0\x3f" + b"\x01x" + padding[: 0xFF802 - 2]
    assert (1 << 20) - 4096 < len(wasm) < 1 << 20

    module = wess.create(wasm, "sum", [I32, I32], [I32])

    assert bytes(message(wess.call("GET", f"/{module}"))["wasm"]) == wasm
    assert message(wess.run(module, 1, 2)) == [3]


def test_an_update_replaces_module_and_metadata(wess):
    module = wess.create(guest("sum"), "sum", [I32, I32], [I32])
    body = document(guest("scalars"), "answer", [], [I32])

    answer = wess.call("PUT", f"/{module}", body)

    assert (answer.status, message(answer)) == (202, {"id": module})
    assert message(wess.call("GET", f"/{module}")) == body
    assert message(wess.run(module)) == [42]


def test_a_deleted_module_is_gone(wess):
    module = wess.create(guest("sum"), "sum", [I32, I32], [I32])
    before = wess.count()

    answer = wess.call("DELETE", f"/{module}")

    assert (answer.status, message(answer)) == (202, {"id": module})
    assert wess.count() == before - 1
    assert wess.call("GET", f"/{module}").status == 404
    assert wess.run(module, 1, 2).status == 404


def test_the_root_counts_modules_of_wess_only(server, wess):
    before = wess.count()

    wess.create(guest("sum"), "sum", [I32, I32], [I32])
    server.deploy("not-of-wess", "sum")

    assert wess.count() == before + 1
    server.call("DELETE", "/v1/functions/not-of-wess")


def test_types_that_are_null_are_left_out(wess):
    body = document(guest("sum"), "sum", [None, I32, None, I32], [None, I32])

    module = message(wess.call("POST", "/", body))["id"]

    assert message(wess.call("GET", f"/{module}"))["metadata"]["args"] == [I32, I32]
    assert message(wess.call("POST", f"/{module}", [None, 12, None, 43])) == [55]


# Running.


def test_a_run_gives_results_with_201(wess, sum_module):
    answer = wess.run(sum_module, 12, 43)

    assert answer.status == 201
    assert answer.body == b'{"message":[55]}'


@pytest.mark.parametrize(
    "name, kind, given, got",
    [
        ("same_i32", I32, -5, "-5"),
        ("same_i32", I32, 2**31, "-2147483648"),
        ("same_i32", I32, 2**32 + 7, "7"),
        ("same_i32", I32, -(2**63), "0"),
        ("same_i64", I64, 2**63 - 1, "9223372036854775807"),
        ("same_i64", I64, -(2**63), "-9223372036854775808"),
        ("same_f32", F32, 1, "1"),
        ("same_f32", F32, 0.1, "0.10000000149011612"),
        ("same_f32", F32, 1e300, '"Infinity"'),
        ("same_f32", F32, -1e300, '"-Infinity"'),
        ("same_f64", F64, 0.1, "0.1"),
        ("same_f64", F64, -3, "-3"),
    ],
)
def test_numbers_keep_what_their_type_holds(wess, scalar, name, kind, given, got):
    answer = wess.run(scalar(name, [kind], [kind]), given)

    assert (answer.status, answer.text) == (201, f'{{"message":[{got}]}}')


def test_a_sum_of_f32_is_widened(wess):
    module = wess.create(guest("sum_f32"), "sum", [F32, F32], [F32])

    assert message(wess.run(module, 0.1, 0.2)) == [0.30000001192092896]


def test_several_results_come_as_several_entries(wess, scalar):
    assert message(wess.run(scalar("swap", [I64, F32], [F32, I64]), 7, 1.5)) == [1.5, 7]
    assert message(wess.run(scalar("four", [], [I32, I64, F32, F64]))) == [1, -2, 0.5, -0.25]
    assert message(wess.run(scalar("nothing"))) == []


def test_results_are_cut_to_the_shorter_of_both_lists(wess, scalar):
    assert message(wess.run(scalar("four", [], [I32, I64]))) == [1, -2]
    assert message(wess.run(scalar("four", [], []))) == []
    assert message(wess.run(scalar("answer", [], [I32, I32]))) == [42]


def test_results_have_the_type_that_they_have(wess, scalar):
    assert message(wess.run(scalar("same_f64", [F64], [I32]), 0.5)) == [0.5]


@pytest.fixture
def same(wess):
    """Stores the function that gives back the array it gets."""
    return lambda kind: wess.create(guest("lists_of_values"), "same", [kind], [kind])


@pytest.mark.parametrize(
    "kind, given, got",
    [
        (I32S, [1, -(2**31)], "1,-2147483648"),
        (I32S, [2**32 + 7, -(2**63)], "7,0"),
        (I64S, [2**63 - 1, -(2**63)], "9223372036854775807,-9223372036854775808"),
        (F32S, [1, 0.1, 1e300], '1,0.10000000149011612,"Infinity"'),
        (F64S, [0.1, -3], "0.1,-3"),
        (F64S, [], ""),
    ],
)
def test_arrays_keep_what_their_type_holds(wess, same, kind, given, got):
    answer = wess.run(same(kind), given)

    assert (answer.status, answer.text) == (201, f'{{"message":[[{got}]]}}')


def test_arrays_and_numbers_go_in_and_come_out(wess):
    scaled = wess.create(guest("lists"), "scaled", [F64S, F64], [F64S])
    parted = wess.create(guest("lists_of_values"), "count_and_rest", [F64S], [I32, F64S])

    assert message(wess.run(scaled, [1, 2.5], 2)) == [[2, 5]]
    assert message(wess.run(parted, [1, 2, 3])) == [3, [2, 3]]


def test_an_array_module_is_read_back_and_shown_with_its_types(server, wess):
    body = document(guest("lists"), "sum", [I32S], [I64])
    module = message(wess.call("POST", "/", body))["id"]

    assert message(wess.call("GET", f"/{module}")) == body
    assert server.function(module)["types"] == {"sum": "(list<s32>) -> s64"}
    assert server.request("POST", f"/{module}/sum", "[[1, 2]]").json() == [3]


def test_an_update_takes_the_arrays_away(wess):
    module = wess.create(guest("lists"), "sum", [I32S], [I64])

    renamed = wess.call("PUT", f"/{module}", document(guest("lists_of_values"), "same", [F32S], [F32S]))
    assert renamed.status == 202, renamed.text
    assert message(wess.run(module, [1.5])) == [[1.5]]
    plain = wess.call("PUT", f"/{module}", document(guest("sum"), "sum", [I32, I32], [I32]))

    assert plain.status == 202, plain.text
    assert message(wess.run(module, 12, 43)) == [55]


def test_arguments_that_are_no_such_array_are_refused(wess, same):
    numbers = same(I32S)

    for given in (1, "1", [1.5], [None], [[1]], {"0": 1}, [2**63]):
        answer = wess.run(numbers, given)
        assert (answer.status, message(answer)) == (400, "Invalid Type: I32[]"), given
    assert message(wess.run(numbers, [1], [2])) == "Length Args Error: expect: 1, found: 2"


def test_an_array_of_a_megabyte_comes_back(wess, same):
    numbers = list(range(-131_072, 131_072))

    assert message(wess.run(same(I32S), numbers)) == [numbers]


@pytest.mark.parametrize(
    "module, name, arguments, results, text",
    [
        ("lists", "missing", [I32S], [I32], "types.missing"),
        ("lists", "sum", [I32S], [I32], "func (i32, i32) -> i64"),
        ("answers_badly", "nothing", [I32S], [I32S], "'allocate'"),
    ],
)
def test_a_module_that_takes_no_such_arrays_is_refused(wess, module, name, arguments, results, text):
    answer = wess.call("POST", "/", document(guest(module), name, arguments, results))

    assert (answer.status, message(answer)[:14]) == (400, "Invalid Wasm: ")
    assert text in message(answer)


def test_a_run_whose_array_is_nowhere_fails_with_500(wess):
    module = wess.create(guest("lists_gone_wrong"), "endless", [], [F64S])

    answer = wess.run(module)

    assert (answer.status, message(answer)[:32]) == (500, "Error: Function Execution Error:")


def test_what_is_no_number_is_told_as_the_native_api_tells_it(wess, scalar):
    assert message(wess.run(scalar("not_a_number", [], [F64]))) == ["NaN"]
    assert message(wess.run(scalar("infinities", [], [F32, F64]))) == ["Infinity", "-Infinity"]


def test_arguments_that_come_late_are_waited_for(server, wess, sum_module):
    with Connection(wess.address) as connection:
        head = f"POST /{sum_module} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\n"
        connection.send(head.encode() + b"[12,")
        connection.send(b"43]")
        answer = connection.read_answer("POST")

    assert (answer.status, answer.json()) == (201, {"message": [55]})


def test_a_run_right_after_its_create_finds_the_module(wess):
    for number in range(20):
        module = wess.create(answers(number), "f", [], [I32])
        assert message(wess.run(module)) == [number]


# What is refused. {SUM}, {NOBODY} and {LONG} are filled in.

REFUSED = [
    ("GET", "/{NOBODY}", None, 404, "Error: Not found"),
    ("GET", "/not-a-uuid", None, 400, "Invalid ID: "),
    ("GET", "/" + "g" * 32, None, 400, "Invalid ID: "),
    ("GET", "/a/b", None, 404, "Error: Not found"),
    ("GET", "/{SUM}/", None, 404, "Error: Not found"),
    ("DELETE", "/{NOBODY}", None, 404, "Invalid Id: Error: Not found"),
    ("DELETE", "/not-a-uuid", None, 404, "Invalid Id: Error: Not found"),
    ("PUT", "/{NOBODY}", "{}", 404, "Invalid Id: Error: Not found"),
    ("PUT", "/{SUM}", "{", 400, "Invalid Json: "),
    ("PUT", "/{SUM}", '{"wasm":[0]}', 400, "Invalid Json: missing field `metadata`"),
    ("POST", "/{NOBODY}", "[]", 404, "Invalid Id: Error: Not found"),
    ("POST", "/{NOBODY}", "{", 404, "Invalid Id: Error: Not found"),
    ("POST", "/{SUM}", "", 400, "Invalid Json: "),
    ("POST", "/{SUM}", "{", 400, "Invalid Json: "),
    ("POST", "/{SUM}", "{}", 400, "Invalid Json: "),
    ("POST", "/{SUM}", "[1,2", 400, "Invalid Json: "),
    ("POST", "/{SUM}", "[1]", 400, "Length Args Error: expect: 2, found: 1"),
    ("POST", "/{SUM}", "[1,2,3]", 400, "Length Args Error: expect: 2, found: 3"),
    ("POST", "/{SUM}", "[1,null]", 400, "Length Args Error: expect: 2, found: 1"),
    ("POST", "/{SUM}", '[1,"2"]', 400, "Invalid Type: I32"),
    ("POST", "/{SUM}", "[1,2.5]", 400, "Invalid Type: I32"),
    ("POST", "/{SUM}", "[1,true]", 400, "Invalid Type: I32"),
    ("POST", "/{SUM}", "[1,[2]]", 400, "Invalid Type: I32"),
    ("POST", "/{SUM}", "[1,9223372036854775808]", 400, "Invalid Type: I32"),
    ("POST", "/{SUM}", "[" * 100_000, 400, "Invalid Json: "),
    ("POST", "/{SUM}", "[" + " " * (10 << 20) + "]", 400, "Invalid Json: "),
    ("POST", "/", "", 400, "Invalid Json: "),
    ("POST", "/", "[]", 400, "Invalid Json: "),
    ("POST", "/", "null", 400, "Invalid Json: "),
    ("POST", "/", "{} {}", 400, "Invalid Json: "),
    ("POST", "/", b'{"\xff":1}', 400, "Invalid Json: "),
    ("POST", "/", "{}", 400, "Invalid Json: missing field `wasm`"),
    ("POST", "/", {"wasm": [0, 97], "metadata": None}, 400, "Invalid Json: metadata: "),
    ("POST", "/", {"wasm": "AGFzbQ=="}, 400, "Invalid Json: wasm: "),
    ("POST", "/", {"wasm": [0, 256]}, 400, "Invalid Json: wasm[1]: "),
    ("POST", "/", {"wasm": [0, -1]}, 400, "Invalid Json: wasm[1]: "),
    ("POST", "/", {"wasm": [0, 1.5]}, 400, "Invalid Json: wasm[1]: "),
    ("POST", "/", {"wasm": [0, None]}, 400, "Invalid Json: wasm[1]: "),
    ("POST", "/", '{"wasm":[0],"wasm":[1]}', 400, "Invalid Json: "),
    ("POST", "/", {"wasm": [0], "metadata": {}}, 400, "Invalid Json: missing field `functionName`"),
    ("POST", "/", document(b"\0asm", 7), 400, "Invalid Json: functionName: "),
    ("POST", "/", document(b"\0asm", "a" * 16), 400, "Invalid Json: functionName: "),
    ("POST", "/", document(b"\0asm", "ü" * 8), 400, "Invalid Json: functionName: "),
    ("POST", "/", document(b"\0asm", "f", [I32] * 16), 400, "Invalid Json: args: "),
    ("POST", "/", document(b"\0asm", "f", [], [I32] * 16), 400, "Invalid Json: returnType: "),
    ("POST", "/", document(b"\0asm", "f", ["V128"]), 400, "Invalid Json: args[0]: "),
    ("POST", "/", document(b"\0asm", "f", [], ["i32"]), 400, "Invalid Json: returnType[0]: "),
    ("POST", "/", document(b"\0asm", "f", [I32, 7]), 400, "Invalid Json: args[1]: "),
    ("POST", "/", document(b"\0asm", "f"), 400, "Invalid Wasm: "),
    ("POST", "/", document(b"", "f"), 400, "Invalid Wasm: "),
    ("POST", "/", document(b"#!/bin/sh", "f"), 400, "Invalid Wasm: "),
    ("POST", "/", document(b"\0" * (1 << 20), "f"), 400, "Invalid Wasm: "),
    ("POST", "/", "imports_mystery", 400, "Invalid Wasm: "),
    ("POST", "/", "traps_in_start", 400, "Invalid Wasm: "),
    ("POST", "/", "no_entry_point", 400, "Invalid Wasm: "),
    ("POST", "/", b" " * (17 << 20), 400, "Invalid Json: "),
    ("DELETE", "/", None, 405, "Error: Method not allowed"),
    ("PATCH", "/{SUM}", "{}", 405, "Error: Method not allowed"),
    ("POST", "/metrics", "[]", 405, "Error: Method not allowed"),
]  # fmt: skip


def describe(row):
    method, path, body, *_ = row
    text = body if isinstance(body, str) else "" if body is None else repr(body)
    return f"{method} {path} {text[:48]}".replace("\0", "")


@pytest.mark.parametrize("row", REFUSED, ids=describe)
def test_bad_input_is_refused_and_changes_nothing(wess, sum_module, row):
    method, path, body, status, text = row
    path = path.replace("{SUM}", sum_module).replace("{NOBODY}", NOBODY)
    if body in ("imports_mystery", "traps_in_start", "no_entry_point"):
        body = document(guest(body), "f")
    before = wess.count(), wess.call("GET", f"/{sum_module}").body

    answer = wess.call(method, path, body)

    assert (answer.status, message(answer)[: len(text)]) == (status, text), answer.text
    assert (wess.count(), wess.call("GET", f"/{sum_module}").body) == before
    if status == 405:
        assert answer.header("allow")


@pytest.mark.parametrize(
    "name, arguments, given, text",
    [
        ("missing", [], [], "Error: Instantiate Function Error `missing`: "),
        ("unreachable", [], [], "Error: Function Execution Error: "),
        ("divide", [I32, I32], [1, 0], "Error: Function Execution Error: "),
        ("same_i64", [], [], "Error: Function Execution Error: "),
        ("same_i32", [F64], [0.5], "Error: Function Execution Error: "),
    ],
)
def test_a_run_that_fails_says_why_with_500(wess, scalar, name, arguments, given, text):
    answer = wess.run(scalar(name, arguments, []), *given)

    assert (answer.status, message(answer)[: len(text)]) == (500, text)


def test_a_run_that_never_ends_is_ended(server, wess):
    module = wess.create(guest("spins"), "spin")
    server.call("PATCH", f"/v1/functions/{module}", {"limits": {"cpu": "100ms"}})

    answer = wess.run(module)

    assert (answer.status, message(answer)[:32]) == (500, "Error: Function Execution Error:")


def test_pages_of_other_origins_are_kept_out(wess, sum_module):
    foreign = wess.call("POST", f"/{sum_module}", [1, 2], {"Origin": "http://evil.test"})
    rebound = wess.call("POST", f"/{sum_module}", [1, 2], host="evil.test")

    assert (foreign.status, rebound.status) == (403, 421)
    assert message(foreign) and message(rebound)


# The functions behind it.


def test_a_module_is_an_ordinary_function(server, wess):
    module = wess.create(guest("sum"), "sum", [I32, I32], [I32])

    function = server.function(module)

    assert function["origin"] == {"dialect": "wess", "name": module}
    assert (function["abi"], function["version"]) == ("typed", 1)
    listed = server.call("GET", "/v1/functions?limit=1000").json()["functions"]
    assert [row["origin"]["name"] for row in listed if row["name"] == module] == [module]
    assert server.request("POST", f"/{module}", "[12,43]").json() == [55]
    assert server.request("POST", f"/{module}/sum", "[12,43]").json() == [55]
    shown = server.cli("show", module)
    assert re.search(rf"origin\.dialect: +wess\n *origin\.name: +{module}", shown.stdout)
    wess.run(module, 1, 2)
    calls = [value for name, value in server.metrics().items()
             if name.startswith("rockpool_invocations_total") and module in name]  # fmt: skip
    assert sum(calls) == 3


def test_changes_made_natively_show_at_once(server, wess):
    module = wess.create(guest("sum"), "sum", [I32, I32], [I32])
    server.deploy(module, "scalars")  # keeps the settings

    missing = wess.run(module, 1, 2)
    back = server.call("POST", f"/v1/functions/{module}/rollback", {})
    again = wess.run(module, 1, 2)
    server.call("DELETE", f"/v1/functions/{module}")
    gone = wess.run(module, 1, 2)

    assert "Instantiate Function Error `sum`" in message(missing)
    assert (back.status, message(again)) == (200, [3])
    assert (gone.status, wess.call("GET", f"/{module}").status) == (404, 404)


def test_labels_that_an_operator_takes_away_are_made_up_for(server, wess):
    module = wess.create(guest("sum"), "sum", [I32, I32], [I32])
    server.call("PATCH", f"/v1/functions/{module}", {"labels": None})

    assert message(wess.call("GET", f"/{module}")) == document(guest("sum"), "sum", [I32, I32], [I32])
    assert message(wess.run(module, 1, 2)) == [3]


def test_an_update_keeps_the_limits_that_an_operator_set(server, wess):
    module = wess.create(guest("sum"), "sum", [I32, I32], [I32])
    server.call("PATCH", f"/v1/functions/{module}", {"limits": {"wall": "7s"}})

    wess.call("PUT", f"/{module}", document(guest("scalars"), "answer", [], [I32]))

    function = server.function(module)
    assert (function["limits"]["wall"], function["version"]) == ("7s", 3)


def test_custom_routes_do_not_matter_to_wess(server, wess):
    module = wess.create(guest("sum"), "sum", [I32, I32], [I32])
    server.call("PATCH", f"/v1/functions/{module}", {"routes": [f"/only-{module}/:sum"]})

    assert message(wess.run(module, 1, 2)) == [3]


def test_functions_of_others_are_not_seen(server, wess):
    server.deploy(NOBODY, "sum")

    assert wess.call("GET", f"/{NOBODY}").status == 404
    assert wess.run(NOBODY, 1, 2).status == 404
    assert wess.call("DELETE", f"/{NOBODY}").status == 404
    assert wess.call("PUT", f"/{NOBODY}", document(guest("sum"), "sum")).status == 404
    assert server.function(NOBODY)["version"] == 1
    server.call("DELETE", f"/v1/functions/{NOBODY}")


# Log and metrics.


def test_every_line_of_the_log_has_its_form(wess, sum_module):
    module = wess.create(guest("sum"), "sum", [I32, I32], [I32])
    wess.call("PUT", f"/{module}", document(guest("scalars"), "answer", [], [I32]))
    wess.call("DELETE", f"/{module}")
    wess.run(module)

    def complete():
        lines = wess.log_lines()
        return lines if any(line.endswith(f"DELETE {module}") for line in lines) and "Not found" in lines[-1] else None

    lines = eventually(complete, what="the log")
    parsed = [LOG_LINE.fullmatch(line).groups() for line in lines]
    assert [(row[1], row[2], row[4]) for row in parsed if module in row[4]] == [
        ("INFO", "wess::tx", f"CREATE {module}"),
        ("INFO", "wess::tx", f"UPDATE {module}"),
        ("INFO", "wess::tx", f"DELETE {module}"),
    ]
    assert parsed[-1][1:] == ("ERROR", "wess::err", "src/main.rs:1", "Invalid Id: Error: Not found")
    assert parsed[0][2] == "wess"


def test_callers_write_no_lines_of_their_own(wess, scalar):
    name = "a\nb\x1b"
    module = wess.create(guest("scalars"), name)
    wess.run(module)

    lines = eventually(
        lambda: [line for line in wess.log_lines() if r"a\x0ab\x1b" in line], what="the escaped line"
    )
    assert all(LOG_LINE.fullmatch(line) for line in wess.log_lines())
    assert len(lines) == 1


def test_the_metrics_have_wesss_names(wess, sum_module):
    wess.run(sum_module, 1, 2)
    wess.run(sum_module, "x")
    before = wess.metrics()
    wess.call("GET", f"/{sum_module}")
    wess.run(NOBODY)

    after = wess.metrics()

    assert after["wess_error_count_total"] == before["wess_error_count_total"] + 1
    assert after['wess_http_requests_total{path="/:id"}'] == before['wess_http_requests_total{path="/:id"}'] + 2
    read = 'wess_database_operations_total{operation="read"}'
    assert after[read] == before[read] + 1
    assert after['wess_database_operations_total{operation="write"}'] >= 1
    assert after["wess_concurrent_connections"] >= 1
    assert after["wess_reader_channel_queue"] == 1024
    assert after["wess_writer_channel_queue"] == 1024
    assert after["wess_runner_channel_queue"] == 100
    assert after['wess_wasm_execution_time_seconds_count{function_name="sum"}'] >= 1
    assert after[f'wess_wasm_compile_time_seconds_count{{wasm_module="{sum_module}"}}'] == 1
    eventually(lambda: wess.metrics()["wess_database_size_bytes"] > 0, what="a sample of the machine")
    assert wess.metrics()["wess_memory_usage"] > 1 << 20
    assert "wess_cpu_usage" in after


@pytest.mark.parametrize(
    "name, labels, first",
    [
        ("wess_http_request_latency_seconds", "", 5e-5),
        ("wess_database_operation_duration_seconds", 'operation="write",', 5e-6),
        ("wess_wasm_compile_time_seconds", 'wasm_module="{SUM}",', 5e-4),
        ("wess_wasm_execution_time_seconds", 'function_name="sum",', 5e-6),
    ],
)
def test_the_histograms_have_wesss_buckets(wess, sum_module, name, labels, first):
    wess.run(sum_module, 1, 2)

    samples = wess.metrics()

    prefix = f"{name}_bucket{{{labels.replace('{SUM}', sum_module)}le=\""
    bounds = [sample[len(prefix) : -2] for sample in samples if sample.startswith(prefix)]
    assert bounds.pop() == "+Inf"
    assert [float(bound) for bound in bounds] == pytest.approx([first * 2**k for k in range(12)])


def test_the_same_bytes_are_compiled_once_and_stored_once(start_server):
    server = start_server("--wess", "127.0.0.1:0")
    wess = Wess.of(server)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: wess.create(guest("sum"), "sum", [I32, I32], [I32]), range(50)))

    assert len(set(made)) == wess.count() == 50
    assert server.metrics()["rockpool_compile_duration_seconds_count"] == 1
    blobs = [path for path in (server.data / "blobs").rglob("*") if path.is_file()]
    assert len(blobs) == 1


# Its life.


def test_it_is_off_by_default(start_server):
    server = start_server()

    assert set(server.urls) == {"ingress", "control"}
    assert not (server.data / "log").exists()


def test_the_variable_turns_it_on(start_server):
    server = start_server(environment={"ROCKPOOL_WESS": "127.0.0.1:0"})

    assert Wess.of(server).count() == 0


def test_modules_survive_a_restart(start_server):
    first = start_server("--wess", "127.0.0.1:0")
    body = document(guest("scalars"), "swap", [I64, F32], [F32, I64])
    module = message(Wess.of(first).call("POST", "/", body))["id"]
    assert first.stop() == 0

    second = Wess.of(start_server("--wess", "127.0.0.1:0"))

    assert second.count() == 1
    assert message(second.call("GET", f"/{module}")) == body
    assert message(second.run(module, 7, 1.5)) == [1.5, 7]
    assert second.call("DELETE", f"/{module}").status == 202


def test_what_was_answered_with_202_survives_a_kill(start_server):
    kept = {}
    for number in range(5):
        server = start_server("--wess", "127.0.0.1:0")
        wess = Wess.of(server)
        kept[wess.create(answers(number), "f", [], [I32])] = number
        server.kill()

    wess = Wess.of(start_server("--wess", "127.0.0.1:0"))
    assert wess.count() == 5
    assert {module: message(wess.run(module))[0] for module in kept} == kept


def test_it_speaks_tls_if_told_to(start_server, tmp_path):
    certificate, key = make_certificate(tmp_path / "tls", "wess")
    server = start_server("--wess", "127.0.0.1:0", "--wess-tls-cert", certificate, "--wess-tls-key", key)

    assert server.urls["wess"].startswith("https://")
    with Connection(Wess.of(server).address, tls=trusting(certificate)) as connection:
        answer = connection.request("GET", "/")
    assert (answer.status, answer.json()) == (200, {"message": 0})


def test_a_listener_for_others_is_warned_about(start_server):
    server = start_server("--wess", "0.0.0.0:0")

    assert "knows no tokens" in server.log()
    with_any_host = Wess.of(server)
    with_any_host.address = ("127.0.0.1", with_any_host.address[1])
    assert with_any_host.call("GET", "/", host="wess.example.test").status == 200


def test_it_writes_the_access_log_of_other_listeners(start_server):
    server = start_server("--wess", "127.0.0.1:0", "--access-log", "json")
    Wess.of(server).count()

    def entry():
        lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("listener") == "wess"]

    (line,) = eventually(entry, what="the access log's line")
    assert (line["method"], line["target"], line["status"]) == ("GET", "/", 200)
    assert server.metrics()['rockpool_http_requests_total{listener="wess",status="200"}'] == 1

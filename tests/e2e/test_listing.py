"""Functions in pages, in name order."""

import pytest


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    from testbed import Server

    with Server(tmp_path_factory.mktemp("listing") / "data") as server:
        for number in range(25):
            server.deploy(f"f{number:02}", "sum")
        yield server


def page(server, query):
    return server.call("GET", f"/v1/functions{query}").json()


def test_all_functions_are_listed_in_name_order(listed):
    functions = page(listed, "")["functions"]

    assert [function["name"] for function in functions] == [f"f{n:02}" for n in range(25)]


@pytest.mark.parametrize("limit", [1, 7, 24, 25, 26, 1000])
def test_pages_of_any_size_make_the_whole(listed, limit):
    names, cursor = [], ""
    while True:
        got = page(listed, f"?limit={limit}{cursor}")
        assert len(got["functions"]) <= limit
        names += [function["name"] for function in got["functions"]]
        if "next" not in got:
            break
        cursor = f"&cursor={got['next']}"

    assert names == [f"f{n:02}" for n in range(25)]


def test_a_cursor_goes_on_where_functions_were_deleted(listed):
    listed.deploy("f99", "sum")
    first = page(listed, "?limit=25")
    listed.call("DELETE", "/v1/functions/f99")

    rest = page(listed, f"?limit=25&cursor={first['next']}")

    assert rest == {"functions": []}


@pytest.mark.parametrize("query", ["?limit=0", "?limit=-1", "?limit=x", "?limit=100000"])
def test_a_limit_out_of_range_is_refused(listed, query):
    answer = listed.call("GET", f"/v1/functions{query}")

    assert (answer.status, answer.code) == (400, "invalid-argument")


def test_an_empty_server_lists_nothing(start_server):
    assert page(start_server(), "") == {"functions": []}

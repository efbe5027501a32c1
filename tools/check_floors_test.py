import check_floors


def problems(path, *includes):
    text = "#pragma once\n" + "".join(f"#include {header}\n" for header in includes)
    return [problem for _, problem in check_floors.problems_of(path, text)]


def test_lower_floors_and_the_own_folder_are_free():
    assert problems("http/server/server.cc", '"base/result.h"', '"http/syntax/url.h"', "<vector>") == []


def test_higher_floors_are_refused():
    assert problems("store/blobs.cc", '"platform/serving/router.h"')


def test_neighbours_are_refused():
    assert problems("cli/run.cc", '"server/serve.h"')


def test_a_wrapped_library_is_seen_by_its_folder_alone():
    assert problems("store/kv.cc", "<rocksdb/db.h>") == []
    assert problems("platform/deploys.cc", "<rocksdb/db.h>")
    assert problems("platform/deploys.cc", "<nlohmann/json.hpp>")
    assert problems("http/client/client.cc", "<openssl/ssl.h>", "<boost/beast/http.hpp>") == []
    assert problems("base/digest.cc", "<openssl/ssl.h>")


def test_the_bridge_belongs_to_the_engine():
    assert problems("engine/engine.cc", '"bridge/bridge.h"') == []
    assert problems("host/kv.cc", '"bridge/bridge.h"')


def test_vocabulary_begins_at_its_floor():
    assert problems("platform/functions/x.cc", "<fmt/format.h>", "<boost/asio/post.hpp>") == []
    assert problems("base/x.cc", "<boost/asio/post.hpp>")


def test_test_libraries_are_for_what_only_test_programs_are_made_of(tmp_path):
    folder = tmp_path / "src" / "json"
    folder.mkdir(parents=True)
    (folder / "CMakeLists.txt").write_text("rockpool_test(json_test\n  SOURCES probe.cc DEPS json)")
    for name in ("probe.cc", "parse.cc"):
        (folder / name).write_text("#include <gtest/gtest.h>\n")

    found = check_floors.check(tmp_path)

    assert len(found) == 1 and "src/json/parse.cc:1" in found[0]


def test_of_boost_only_asio_and_beast_are_in_use():
    assert problems("http/client/client.cc", "<boost/beast/http.hpp>", "<boost/asio/post.hpp>") == []
    assert problems("http/client/client.cc", "<boost/url.hpp>")


def test_a_folder_without_a_floor_is_refused():
    assert problems("misc/x.cc")


def test_a_header_without_pragma_once_is_refused():
    assert list(check_floors.problems_of("json/value.h", "#include <vector>\n"))


def test_commented_includes_do_not_count():
    assert problems("store/blobs.cc", '<vector>\n// #include "platform/serving/router.h"') == []


def test_rooms_include_lower_rooms_only():
    assert problems("platform/serving/x.cc", '"platform/functions/function.h"') == []
    assert problems("platform/functions/x.cc", '"platform/serving/router.h"')
    assert problems("platform/states/x.cc", '"platform/programs/program_slot.h"')
    assert problems("platform/attic/x.cc")


def test_product_code_does_not_include_test_support():
    assert problems("api/control/x.cc", '"web/testing/fake_exchange.h"')


def test_each_circle_is_found_once():
    graph = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": []}

    assert check_floors.circles(graph) == ["a -> b -> c -> a"]

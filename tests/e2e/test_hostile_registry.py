"""Registries that lie, break off, never end or try to get more than they should."""

import gzip
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from images import tar_of

from testbed import eventually, guest
from testbed.docker_registry import (
    OCI_CONFIG,
    OCI_LAYER,
    WASM_CONFIG,
    WASM_LAYER,
    descriptor,
    digest_of,
    manifest_of,
)
from testbed.fake_registry import FakeRegistry, redirect, send, send_json

HELLO = "Hello, world!"
GZIP_LAYER = OCI_LAYER + "+gzip"


@pytest.fixture
def registry():
    with FakeRegistry() as started:
        yield started


def put(server, name, reference, **settings):
    return server.call("PUT", f"/v1/functions/{name}", {"module": reference, **settings})


def refused(server, name, reference):
    """Why a deploy failed; nothing may be left of it."""
    answer = put(server, name, reference)
    assert (answer.status, answer.code) == (502, "registry-error"), answer.text
    assert server.function(name) is None
    return answer.detail


def test_a_blob_under_a_wrong_digest_is_refused(server, registry, name):
    module = guest("hello")
    registry.module(name, module, answer=guest("hello")[:-1] + b"\0")

    assert "does not have that digest" in refused(server, name, registry.reference(name))


def test_a_blob_that_is_cut_off_is_refused(server, registry, name):
    module = guest("hello")
    registry.module(name, module, answer=module[: len(module) // 2])

    assert "ended after" in refused(server, name, registry.reference(name))


def test_a_blob_that_never_ends_is_refused(server, registry, name):
    def pour(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        chunk = b"10000\r\n" + b"\0" * 0x10000 + b"\r\n"
        for _ in range(10_000):
            handler.wfile.write(chunk)

    registry.module(name, guest("hello"), answer=pour)

    assert "longer than its manifest says" in refused(server, name, registry.reference(name))


def test_a_manifest_that_never_ends_is_refused(server, registry, name):
    registry.manifest(name, b" " * (5 << 20))

    assert "larger than 4MiB" in refused(server, name, registry.reference(name))


def test_a_manifest_that_is_none_is_refused(server, registry, name):
    for content in (b"", b"[]", b"{", b'{"layers": 3}', b'{"layers": [{"digest": "sha256:12"}]}'):
        registry.manifest(name, content)

        assert "can't be read" in refused(server, name, registry.reference(name))


def test_a_manifest_that_is_not_what_was_asked_for_is_refused(server, registry, name):
    wanted = "sha256:" + "a" * 64
    registry.image(name, [(WASM_LAYER, guest("hello"))])
    registry.answers[f"/v2/{name}/manifests/{wanted}"] = registry.answers[f"/v2/{name}/manifests/v1"]

    assert wanted in refused(server, name, f"oci://{registry.host}/{name}@{wanted}")


def test_a_digest_that_the_registry_tells_wrongly_is_refused(server, registry, name):
    manifest = manifest_of([descriptor(WASM_LAYER, b"")], config_type=WASM_CONFIG)
    registry.manifest(name, manifest, headers={"Docker-Content-Digest": "sha256:" + "b" * 64})

    assert digest_of(manifest) in refused(server, name, registry.reference(name))


def test_what_was_pinned_cannot_be_exchanged(server, registry, name):
    digest = registry.image(name, [(WASM_LAYER, guest("hello"))], config_type=WASM_CONFIG)
    pinned = f"oci://{registry.host}/{name}@{digest}"
    assert put(server, name, pinned).status == 201
    other = manifest_of([descriptor(WASM_LAYER, guest("traps"))], config_type=WASM_CONFIG)
    registry.answers[f"/v2/{name}/manifests/{digest}"] = lambda handler: send(handler, 200, other)

    answer = put(server, name, pinned)

    assert (answer.status, answer.code) == (502, "registry-error")
    assert server.get(f"/{name}").text == HELLO


def test_a_bomb_is_refused_before_it_goes_off(server, registry, name):
    archive = tar_of({"zeros": bytes(64 << 20), "hello.wasm": guest("hello")})
    registry.image(name, [(GZIP_LAYER, gzip.compress(archive))])

    assert "200 times" in refused(server, name, registry.reference(name))


def test_too_many_files_are_refused(server, registry, name):
    archive = tar_of({f"{number}": b"" for number in range(20_001)})
    registry.image(name, [(GZIP_LAYER, gzip.compress(archive, compresslevel=1))])

    assert "files" in refused(server, name, registry.reference(name))


@pytest.mark.parametrize("path", ["../../evil.wasm", "a/../../evil.wasm"])
def test_paths_that_leave_the_image_are_refused(start_server, registry, name, tmp_path, path):
    server = start_server()
    before = set(os.listdir(tmp_path))
    registry.image(name, [(OCI_LAYER, tar_of({path: guest("hello")}))])

    assert path in refused(server, name, registry.reference(name))
    assert set(os.listdir(tmp_path)) == before


def test_an_absolute_path_is_a_name_like_others(server, registry, name, tmp_path):
    target = tmp_path / "written.wasm"
    registry.image(name, [(OCI_LAYER, tar_of({str(target): guest("hello")}))])

    assert put(server, name, registry.reference(name)).status == 201
    assert not target.exists()


def test_layers_from_elsewhere_are_refused(server, registry, name):
    layer = descriptor(WASM_LAYER, guest("hello"), urls=[f"http://{registry.host}/elsewhere"])
    registry.manifest(name, manifest_of([layer], config_type=WASM_CONFIG))

    answer = put(server, name, registry.reference(name))

    assert (answer.status, answer.code) == (422, "image-unsupported")
    assert "elsewhere" in answer.detail
    assert registry.requests_for("/elsewhere") == []


def test_a_module_that_is_too_large_is_refused_before_it_is_fetched(server, registry, name):
    layer = {**descriptor(WASM_LAYER, b""), "size": 65 << 20}
    registry.manifest(name, manifest_of([layer], config_type=WASM_CONFIG))

    answer = put(server, name, registry.reference(name))

    assert (answer.status, answer.code) == (413, "module-too-large")


def test_redirects_that_go_round_are_refused(server, registry, name):
    registry.answers[f"/v2/{name}/manifests/v1"] = redirect(f"/v2/{name}/manifests/v1")

    assert "redirects more than 5 times" in refused(server, name, registry.reference(name))


def test_a_redirect_to_no_url_is_refused(server, registry, name):
    registry.answers[f"/v2/{name}/manifests/v1"] = redirect("file:///etc/passwd")

    assert "redirects to no URL" in refused(server, name, registry.reference(name))


def secret_config(tmp_path, host):
    (tmp_path / "password").write_text("secret")
    config = tmp_path / "server.toml"
    config.write_text(
        f'[registry."{host}"]\nusername = "ann"\npassword-file = {json.dumps(str(tmp_path / "password"))}\n'
    )
    return config


def test_credentials_do_not_follow_a_redirect(start_server, registry, name, tmp_path):
    module = guest("hello")
    digest = digest_of(module)
    path = f"/v2/{name}/blobs/{digest}"

    def ask_first(answer):
        def guarded(handler):
            if "Authorization" in handler.headers:
                answer(handler)
            else:
                send(handler, 401, b"", {"WWW-Authenticate": 'Basic realm="test"'})

        return guarded

    with FakeRegistry() as storage:
        storage.answers["/stored"] = lambda handler: send(handler, 200, module)
        registry.module(name, module)
        manifest = f"/v2/{name}/manifests/v1"
        registry.answers[manifest] = ask_first(registry.answers[manifest])
        registry.answers[path] = ask_first(redirect(f"http://{storage.host}/stored"))
        server = start_server("--config", secret_config(tmp_path, registry.host))

        answer = put(server, name, registry.reference(name))

        assert answer.status == 201, answer.text
        (headers,) = storage.requests_for("/stored")
        assert "Authorization" not in headers
        assert "Authorization" in registry.requests_for(path)[-1]


def test_a_token_is_fetched_and_used(start_server, registry, name, tmp_path):
    registry.module(name, guest("hello"))
    realm = f'Bearer realm="http://{registry.host}/token",service="testing"'

    def with_token(answer):
        def guarded(handler):
            if handler.headers.get("Authorization") == "Bearer t0ken":
                answer(handler)
            else:
                send(handler, 401, b"", {"WWW-Authenticate": realm})

        return guarded

    for path in [path for path in registry.answers if "/manifests/" in path or "/blobs/" in path]:
        registry.answers[path] = with_token(registry.answers[path])
    registry.answers["/token"] = lambda handler: send_json(handler, 200, {"token": "t0ken"})
    server = start_server("--config", secret_config(tmp_path, registry.host))

    answer = put(server, name, registry.reference(name))

    assert answer.status == 201, answer.text
    (asked,) = [target for target, _ in registry.requests if target.startswith("/token")]
    assert f"scope=repository%3A{name}%3Apull" in asked
    assert "service=testing" in asked
    assert registry.requests_for("/token")[0]["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("answer", [b"", b"[]", b'{"token": 3}', b'{"token": ""}'])
def test_a_token_service_that_gives_none_is_told(server, registry, name, answer):
    realm = f'Bearer realm="http://{registry.host}/token"'
    registry.answers[f"/v2/{name}/manifests/v1"] = lambda handler: send(
        handler, 401, b"", {"WWW-Authenticate": realm}
    )
    registry.answers["/token"] = lambda handler: send(handler, 200, answer)

    assert "gave no token" in refused(server, name, registry.reference(name))


def test_credentials_that_are_refused_are_not_sent_forever(start_server, registry, name, tmp_path):
    path = f"/v2/{name}/manifests/v1"
    registry.answers[path] = lambda handler: send(handler, 401, b"", {"WWW-Authenticate": 'Basic realm="r"'})
    server = start_server("--config", secret_config(tmp_path, registry.host))

    assert "401" in refused(server, name, registry.reference(name))
    assert len(registry.requests_for(path)) == 2


def test_a_broken_connection_is_taken_up_where_it_broke(server, registry, name):
    module = guest("hello")
    half = len(module) // 2

    def break_once(handler):
        asked = handler.headers.get("Range")
        if asked is None:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(module)))
            handler.end_headers()
            handler.wfile.write(module[:half])
        else:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            headers = {"Content-Range": f"bytes {start}-{len(module) - 1}/{len(module)}"}
            send(handler, 206, module[start:], headers)

    registry.module(name, module, answer=break_once)

    assert put(server, name, registry.reference(name)).status == 201
    assert server.get(f"/{name}").text == HELLO
    ranges = [headers.get("Range") for headers in registry.requests_for(f"/v2/{name}/blobs/{digest_of(module)}")]
    assert ranges == [None, f"bytes={half}-"]


def test_a_busy_registry_is_asked_again(server, registry, name):
    registry.module(name, guest("hello"))
    path = f"/v2/{name}/manifests/v1"
    honest = registry.answers[path]
    tries = []

    def busy_twice(handler):
        tries.append(1)
        if len(tries) < 3:
            send(handler, 503, b"")
        else:
            honest(handler)

    registry.answers[path] = busy_twice

    assert put(server, name, registry.reference(name)).status == 201
    assert len(tries) == 3


def stuck(handler):
    """Says nothing until the client goes."""
    handler.connection.settimeout(60)
    try:
        handler.rfile.read(1)
    except OSError:
        pass


def test_a_registry_that_says_nothing_is_given_up(start_server, registry, name):
    registry.answers[f"/v2/{name}/manifests/v1"] = stuck
    server = start_server("--pull-timeout", "1s")

    assert "did not answer in time" in refused(server, name, registry.reference(name))


def test_a_pull_that_waits_holds_up_nobody(start_server, registry, name):
    registry.answers[f"/v2/{name}/manifests/v1"] = stuck
    server = start_server("--reactors", "1", "--pull-timeout", "5s")
    server.deploy("other", "hello")

    with ThreadPoolExecutor() as pool:
        pull = pool.submit(put, server, name, registry.reference(name))
        eventually(lambda: registry.requests_for(f"/v2/{name}/manifests/v1"))
        for _ in range(20):
            assert server.get("/other").text == HELLO
        server.deploy("another", "echo")

        assert not pull.done()
        assert pull.result().code == "registry-error"


def test_too_many_pulls_at_once_are_refused(start_server, registry, new_name):
    server = start_server("--pull-timeout", "5s")
    waiting = [new_name() for _ in range(4)]
    for name in waiting:
        registry.answers[f"/v2/{name}/manifests/v1"] = stuck

    with ThreadPoolExecutor() as pool:
        pulls = [pool.submit(put, server, name, registry.reference(name)) for name in waiting]
        eventually(lambda: all(registry.requests_for(f"/v2/{name}/manifests/v1") for name in waiting))

        answer = put(server, new_name(), registry.reference("one/more"))

        assert (answer.status, answer.code) == (503, "overloaded")
        for pull in pulls:
            assert pull.result().code == "registry-error"


def test_old_schemas_are_refused_by_name(server, registry, name):
    kind = "application/vnd.docker.distribution.manifest.v1+prettyjws"
    registry.manifest(name, b'{"schemaVersion": 1}', media_type=kind)

    answer = put(server, name, registry.reference(name))

    assert (answer.status, answer.code) == (422, "image-unsupported")
    assert kind in answer.detail


def test_an_index_in_an_index_is_refused(server, registry, name):
    inner = json.dumps({"mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}).encode()
    kind = "application/vnd.oci.image.index.v1+json"
    entry = descriptor(kind, inner, platform={"os": "wasi", "architecture": "wasm"})
    registry.manifest(name, inner, tag="inner", media_type=kind)
    registry.manifest(name, json.dumps({"mediaType": kind, "manifests": [entry]}).encode(), media_type=kind)

    assert "another index" in refused(server, name, registry.reference(name))


def test_bytes_that_are_no_module_are_refused_as_ever(server, registry, name):
    registry.image(name, [(WASM_LAYER, b"no module")], config_type=OCI_CONFIG)

    answer = put(server, name, registry.reference(name))

    assert (answer.status, answer.code) == (422, "invalid-module")

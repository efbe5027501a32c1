"""WasmEngine's API: each call of its document with its texts, and the functions behind it."""

import json
import subprocess

import pytest
from images import copy, layout_with, tar_of

from testbed import Server, guest
from testbed.docker_registry import OCI_LAYER, DockerRegistry
from testbed.wasmengine import SUCCESS, WasmEngine, rejection

SECRET = {"arg_uri": "yes", "arg_body": "yes", "arg_secret": "12345"}
FORBIDDEN = (
    '{"status":"403","body":"<html><h1>Auth Forbidden!</h1>'
    '<p>hash c5187dd86a648a819f527c7a8a4f7bf4 secret 12345</p></html>"}'
)


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """Holds what the system's document builds: docker images FROM scratch with one file."""
    folder = tmp_path_factory.mktemp("registry")
    with DockerRegistry(folder) as started:
        for repository, module in [("authentication-wasm", "authentication"), ("hello-wasm", "argv_hello")]:
            layout = layout_with(folder, {f"/{module}.wasm": guest(module)})
            copy(f"oci:{layout}:v1", started, repository, "--format", "v2s2")
        for module in ("greets_and_logs", "fibonacci", "argv_obeys"):
            started.put_module(module, guest(module))
        yield started


@pytest.fixture(scope="module")
def engine_server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("wasmengine") / "data", "--wasmengine", "127.0.0.1:0") as server:
        yield server


@pytest.fixture
def server(engine_server, request):
    """Has no functions; what is compiled for one test serves the next."""
    request.node.servers = [engine_server]
    assert engine_server.is_alive(), engine_server.log()
    yield engine_server
    assert engine_server.is_alive(), engine_server.log()
    engine_server.check_log()
    for function in engine_server.call("GET", "/v1/functions").json()["functions"]:
        assert engine_server.call("DELETE", "/v1/functions/" + function["name"]).status == 204


@pytest.fixture
def engine(server):
    return WasmEngine.of(server)


@pytest.fixture
def auth_image(registry):
    return f"{registry.host}/authentication-wasm:v1"


@pytest.fixture
def authentication(engine, auth_image):
    assert engine.deploy("authentication", auth_image).status == 200
    return "authentication"


@pytest.fixture
def obeys(engine, registry):
    """A command that does what its arguments say."""
    assert engine.deploy("obeys", f"{registry.host}/argv_obeys:v1", wasi_cap=True).status == 200
    return lambda *args, **more: engine.invoke("obeys", list(args), **more)


def curl(method, url, body=None):
    """As in the system's document, byte for byte."""
    command = ["curl", "-sS", "--location", "--request", method, url]
    command += ["--header", "Content-Type: application/json", "--header", "Content-Type: text/plain"]
    command += [] if body is None else ["--data-raw", json.dumps(body, indent=4)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_documents_walk(engine, registry, auth_image):
    url = engine.url + "/function/"
    hello_image = f"{registry.host}/hello-wasm:v1"
    auth = {"function_name": "authentication"}

    deployed = curl("POST", url + "deploy", {**auth, "function_image": auth_image, "wasi_cap": False})
    assert deployed == SUCCESS + "deploy function authentication successfully!\n"
    hello = {"function_name": "hello", "function_image": hello_image, "wasi_cap": True}
    assert curl("POST", url + "deploy", hello) == SUCCESS + "deploy function hello successfully!\n"

    assert curl("GET", url + "list") == (
        f"{SUCCESS}all deployed function info: [{{func_name: authentication, func_image_name: {auth_image}, "
        f"wasi_cap: false}}, {{func_name: hello, func_image_name: {hello_image}, wasi_cap: true}}]\n"
    )
    assert curl("POST", url + "query", auth) == (
        f'{SUCCESS}queried function info: FunctionEntry {{ func_name: "authentication", func_image_name: '
        f'"{auth_image}", func_local_path: "/var/lib/wasmengine/functions/authentication/authentication.wasm", '
        "wasi_cap: false }\n"
    )
    assert curl("POST", url + "invoke", {**auth, "args": SECRET}) == SUCCESS + FORBIDDEN
    assert curl("POST", url + "invoke", {"function_name": "hello"}) == SUCCESS + "hello\n0: {}"
    assert curl("POST", url + "delete", {"function_name": "hello"}) == (
        SUCCESS + "delete function hello successfully!\n"
    )
    assert "hello" not in curl("GET", url + "list")


def test_answers_have_no_content_type_and_no_newline_of_their_own(engine, authentication):
    answer = engine.invoke(authentication, SECRET)

    assert (answer.status, answer.text) == (200, SUCCESS + FORBIDDEN)
    assert answer.header("content-type") is None


# Arguments.


def test_values_without_keys_are_arguments_of_a_command(engine, registry):
    engine.deploy("fibonacci", f"{registry.host}/fibonacci:v1", wasi_cap=True)

    assert engine.invoke("fibonacci", {"": "10"}).text == SUCCESS + "55"
    assert engine.invoke("fibonacci", ["10"]).text == SUCCESS + "55"


def test_a_command_gets_the_object_as_its_only_argument(engine, registry):
    engine.deploy("hello", f"{registry.host}/hello-wasm:v1", wasi_cap=True)

    assert engine.invoke("hello", {"a": "1"}).text == SUCCESS + 'hello\n0: {"a":"1"}'


def test_one_newline_at_the_end_goes(obeys):
    assert obeys("print", "one\n").text == SUCCESS + "one"
    assert obeys("print", "two\n\n").text == SUCCESS + "two\n"


@pytest.mark.parametrize("args", [{"a": 1}, {"a": None}, "text", 7, {"a": {"b": "c"}}])
def test_arguments_are_texts(engine, authentication, args):
    answer = engine.invoke(authentication, args)

    assert answer.status == 400
    assert answer.text.startswith("Request body deserialize error: ")


def test_a_key_that_the_guest_misses_is_an_error(engine, authentication):
    answer = engine.invoke(authentication, {"arg_uri": "yes"})

    assert answer.status == 500
    assert answer.text.startswith("Unhandled rejection: CustomReject(failed to invoke function\n\nCaused by:\n    ")
    assert engine.invoke(authentication, SECRET).text == SUCCESS + FORBIDDEN


def test_an_answer_that_is_no_utf8_is_an_error(obeys):
    answer = obeys("bytes", "ff00")

    assert answer.status == 500
    assert answer.text == rejection("failed to invoke function", "the guest's answer is no UTF-8")


@pytest.mark.parametrize("order", [("exit", "3"), ("trap",)])
def test_a_command_that_ends_badly_is_an_error(obeys, order):
    answer = obeys(*order)

    assert answer.status == 500
    assert answer.text.startswith("Unhandled rejection: CustomReject(failed to invoke function\n\nCaused by:")


def test_a_call_may_have_limits_of_its_own(obeys):
    answer = obeys("spin", limits={"cpu": "20ms"})

    cause = "the guest used more CPU time than its limit of 20ms"
    assert (answer.status, answer.text) == (500, rejection("failed to invoke function", cause))
    assert obeys("print", "on").text == SUCCESS + "on"
    assert obeys("print", "on", limits={"cpu": "no time"}).status == 400
    assert obeys("print", "on", limits={"concurrency": 1}).status == 400


# What is refused.


def test_a_function_is_deployed_once(engine, authentication, auth_image):
    again = engine.deploy(authentication, auth_image)

    assert (again.status, again.text) == (500, rejection("function already exist in the local function store"))


def test_a_deleted_function_may_be_deployed_again(engine, authentication, registry):
    engine.delete(authentication)

    assert engine.invoke(authentication, SECRET).status == 500
    deployed = engine.deploy(authentication, f"{registry.host}/hello-wasm:v1", wasi_cap=True)
    assert deployed.status == 200, deployed.text
    assert engine.invoke(authentication).text == SUCCESS + "hello\n0: {}"


@pytest.mark.parametrize(
    "call, what, cause",
    [
        ("delete", "failed to delete function into local store", "request delete func N not exist in the local store"),
        ("query", "failed to find the function", "request query func N not exist in the local store"),
        (
            "invoke",
            "failed to load the function from local store",
            "request query func N not exist in the local store",
        ),
    ],
)
def test_unknown_functions_are_rejected(engine, call, what, cause):
    answer = getattr(engine, call)("N")

    assert (answer.status, answer.text) == (500, rejection(what, cause))


def test_images_that_do_not_come_are_told(engine, registry):
    missing = engine.deploy("f", f"{registry.host}/no-such:v1")
    unreachable = engine.deploy("f", "127.0.0.1:1/f:v1")

    begin = "failed to add function into local store\n\nCaused by:\n    Pull image both failed with https auth: "
    for answer in (missing, unreachable):
        assert answer.status == 500
        assert answer.text.startswith(f"Unhandled rejection: CustomReject({begin}")
        assert ", and insecure http: " in answer.text
    assert "404" in missing.text
    assert engine.list().text == SUCCESS + "all deployed function info: []\n"


def test_modules_that_do_not_fit_are_refused_at_deploy(engine, registry, auth_image):
    registry.put_module("broken", b"\0asm\1\0\0\0 and more")
    cases = [
        (engine.deploy("other", auth_image), "the module does not export a function `other`"),
        (engine.deploy("authentication", auth_image, wasi_cap=True), "the module is no WASI command"),
        (engine.deploy("hello", f"{registry.host}/hello-wasm:v1"), "WASI commands need wasi_cap"),
        (engine.deploy("broken", f"{registry.host}/broken:v1"), ""),
    ]

    for answer, told in cases:
        assert answer.status == 500
        assert told in answer.text
        assert answer.text.startswith("Unhandled rejection: CustomReject(failed to add function into local store\n")
    assert engine.list().text == SUCCESS + "all deployed function info: []\n"


def test_of_several_files_one_is_named(engine, registry):
    files = {"a.wasm": guest("authentication"), "b.wasm": guest("argv_hello")}
    registry.put_image("several", [(OCI_LAYER, tar_of(files))])

    unnamed = engine.deploy("authentication", f"{registry.host}/several:v1")
    named = engine.deploy("authentication", f"{registry.host}/several:v1#a.wasm")

    assert unnamed.status == 500
    assert "#a.wasm, #b.wasm" in unnamed.text
    assert named.status == 200, named.text
    assert engine.invoke("authentication", SECRET).text == SUCCESS + FORBIDDEN


@pytest.mark.parametrize("body", ["", "{", "[]", '{"function_image": "a"}', '{"function_name": 1}'])
@pytest.mark.parametrize("call", ["deploy", "delete", "query", "invoke"])
def test_bodies_that_do_not_fit_are_told(engine, call, body):
    answer = engine.call("POST", f"/function/{call}", body)

    assert answer.status == 400
    assert answer.text.startswith("Request body deserialize error: ")


@pytest.mark.parametrize("size, status", [(16384, 500), (16385, 413)])
def test_bodies_have_16_kib(engine, size, status):
    body = '{"function_name": "x", "args": {"": ""}}'
    body += " " * (size - len(body))

    assert engine.call("POST", "/function/invoke", body).status == status


def test_what_is_no_json_by_its_type_is_refused(engine):
    body = '{"function_name": "x"}'

    assert engine.call("POST", "/function/query", body, {"Content-Type": "text/plain"}).status == 415
    assert engine.call("POST", "/function/query", body, {"Content-Type": "application/json"}).status == 500
    assert engine.call("POST", "/function/query", body).status == 500


@pytest.mark.parametrize("path, status, text", [("/function/restart", 200, "404 Not Found\n"), ("/other", 404, "")])
def test_unknown_paths(engine, path, status, text):
    answer = engine.call("GET", path)

    assert (answer.status, answer.text) == (status, text)


def test_other_methods_are_told(engine):
    answer = engine.call("GET", "/function/invoke")

    assert (answer.status, answer.header("allow")) == (405, "POST")
    assert engine.call("POST", "/function/list", "{}").header("allow") == "GET"


def test_pages_of_other_origins_are_refused(engine):
    assert engine.call("GET", "/function/list", headers={"Origin": "http://elsewhere.test"}).status == 403
    assert engine.call("GET", "/function/list", host="elsewhere.test").status == 421


# The functions behind it.


def test_it_is_an_ordinary_function(server, engine, authentication, auth_image):
    function = server.function(authentication)

    assert function["abi"] == "json"
    assert function["origin"] == {"dialect": "wasmengine", "name": authentication}
    assert function["image"]["reference"] == f"oci://{auth_image}"
    answer = server.request("POST", f"/{authentication}/{authentication}", json.dumps(SECRET))
    assert answer.text == FORBIDDEN
    assert authentication in server.cli("list").stdout


def test_what_is_changed_natively_shows_at_once(server, engine, authentication):
    server.deploy("native", "hello")

    assert "native" not in engine.list().text
    assert server.cli("delete", authentication, "--yes").returncode == 0
    assert engine.list().text == SUCCESS + "all deployed function info: []\n"


def test_functions_come_back_after_a_crash(start_server, registry, auth_image):
    server = start_server("--wasmengine", "127.0.0.1:0")
    WasmEngine.of(server).deploy("authentication", auth_image)
    server.kill()

    engine = WasmEngine.of(start_server("--wasmengine", "127.0.0.1:0"))

    assert engine.invoke("authentication", SECRET).text == SUCCESS + FORBIDDEN
    assert auth_image in engine.list().text


def test_requests_are_counted(server, engine, authentication):
    engine.invoke(authentication, SECRET)

    samples = server.metrics()
    counted = [name for name in samples if "requests_total" in name and 'listener="wasmengine"' in name]
    assert counted

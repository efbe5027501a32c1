"""Who is compared: the servers, how each is started, and the call that each answers."""

import shutil
import subprocess
from dataclasses import dataclass

import peers
from load import Call
from places import BENCH, EXAMPLES, GUESTS, PROGRAMS, RELEASE
from processes import Server, free_port
from rockpool_server import Rockpool

HELLO_COMPONENT = GUESTS / "hello.wasm"
JS_COMPONENT = EXAMPLES / "js-http" / "hello.wasm"

# What made `wasmtime serve` fastest while each request still gets an instance of its own.
TUNED = [
    "-Opooling-allocator=y",
    f"-Opooling-memory-keep-resident={4 << 20}",
    f"-Opooling-table-keep-resident={1 << 20}",
    f"-Opooling-async-stack-keep-resident={64 << 10}",
    "-Opooling-max-unused-warm-slots=1000",
    "-Opooling-pagemap-scan=auto",
]
# Components in JavaScript import interfaces that `serve` does not offer unasked.
CLI_WORLD = ["-Scli"]

# What Wess's API keeps of a module beside its bytes.
WESS_ID = "0b9c3a52-1f1e-4d5a-9a66-0c0f3a1f6d11"
WESS_LABELS = {"wess.function": "sum", "wess.args": "I32,I32", "wess.results": "I32"}

SECRET = '{"arg_uri":"yes","arg_body":"yes","arg_secret":"12345"}'
INVOKE = f'{{"function_name":"authentication","args":{SECRET}}}'

NGINX_CONFIG = """\
daemon off;
worker_processes auto;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} reuseport;
    location / {{ default_type text/plain; return 200 "Hello, world!"; }}
  }}
}}
"""


@dataclass(frozen=True)
class Contestant:
    name: str
    # The key of SERVERS that answers the call.
    server: str
    call: Call
    # Which of Rockpool's listeners it calls.
    listener: str = "ingress"

    def port(self, server):
        return server.port if self.listener == "ingress" else server.port_of(self.listener)


def start_epoll(folder):
    return Server([PROGRAMS / "epoll_server"], folder, announcement=r"^ready (\d+)")


def start_nginx(folder):
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX_CONFIG.format(folder=folder, port=port))
    return Server([peers.nginx(), "-e", "stderr", "-c", config], folder, port=port)


def start_rockpool(folder):
    if not (RELEASE / "rockpool").exists():
        raise peers.Absent("there is no release build: ./dev build")
    server = Rockpool(folder / "rockpool-data")
    try:
        server.deploy("component", HELLO_COMPONENT)
        server.deploy("cgi", GUESTS / "cgi_hello.wasm")
        server.deploy("core", GUESTS / "sum.wasm")
        server.deploy("json", GUESTS / "authentication.wasm")
        server.adopt("wess", WESS_ID, GUESTS / "sum.wasm", abi="typed", labels=WESS_LABELS)
        server.adopt("wasmengine", "authentication", GUESTS / "authentication.wasm", abi="json")
        if JS_COMPONENT.exists():
            server.deploy("javascript", JS_COMPONENT)
    except BaseException:
        server.stop()
        raise
    return server


def start_wasmtime(folder, component, *options):
    if not component.exists():
        raise peers.Absent(f"{component.name} of {component.parent.name} could not be built here")
    command = [peers.wasmtime(), "serve", "--addr", "127.0.0.1:0", *options, component]
    return Server(command, folder, announcement=r"Serving HTTP on http://[^:]+:(\d+)/")


def start_workerd(folder):
    binary = peers.workerd()
    home = folder / "workerd"
    shutil.copytree(BENCH / "workerd", home)
    wat2wasm = peers.program("wat2wasm", "wabt")
    subprocess.run([wat2wasm, home / "hello.wat", "-o", home / "hello.wasm"], check=True)
    command = [binary, "serve", home / "config.capnp", "--control-fd=1"]
    return Server(command, folder, announcement=r'"socket":"http","port":(\d+)')


# Each takes a folder of its own to keep files in, and gives what has `pid`, `port` and `stop`.
SERVERS = {
    "epoll": start_epoll,
    "nginx": start_nginx,
    "rockpool": start_rockpool,
    "wasmtime": lambda folder: start_wasmtime(folder, HELLO_COMPONENT),
    "wasmtime-tuned": lambda folder: start_wasmtime(folder, HELLO_COMPONENT, *TUNED),
    "wasmtime-js": lambda folder: start_wasmtime(folder, JS_COMPONENT, *CLI_WORLD),
    "workerd": start_workerd,
}

CONTESTANTS = [
    Contestant("epoll", "epoll", Call("/")),
    Contestant("nginx", "nginx", Call("/")),
    Contestant("rockpool-static", "rockpool", Call("/.well-known/rockpool/health", answer="")),
    Contestant("rockpool-404", "rockpool", Call("/none", status=404, answer="function-not-found")),
    Contestant("rockpool-core", "rockpool", Call("/core", "POST", "[12,43]", answer="[55]")),
    Contestant(
        "rockpool-wess",
        "rockpool",
        Call(f"/{WESS_ID}", "POST", "[12,43]", status=201, answer='{"message":[55]}'),
        listener="wess",
    ),
    Contestant(
        "rockpool-json",
        "rockpool",
        Call("/json/authentication", "POST", SECRET, answer="Auth Forbidden!"),
    ),
    Contestant(
        "rockpool-wasmengine",
        "rockpool",
        Call("/function/invoke", "POST", INVOKE, answer="message: {"),
        listener="wasmengine",
    ),
    Contestant("rockpool-cgi", "rockpool", Call("/cgi")),
    Contestant("rockpool-http", "rockpool", Call("/component")),
    Contestant("wasmtime", "wasmtime", Call("/")),
    Contestant("wasmtime-tuned", "wasmtime-tuned", Call("/")),
    Contestant("workerd", "workerd", Call("/")),
    Contestant("rockpool-js", "rockpool", Call("/javascript", answer="from JavaScript")),
    Contestant("wasmtime-js", "wasmtime-js", Call("/", answer="from JavaScript")),
]

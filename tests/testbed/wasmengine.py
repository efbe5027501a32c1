"""A client of WasmEngine, as its users write them: JSON over HTTP, texts back."""

import json

from testbed.server import address_of
from testbed.wire import Connection

SUCCESS = "status code: 200, message: "


def rejection(what, cause=""):
    chain = what + (f"\n\nCaused by:\n    {cause}" if cause else "")
    return f"Unhandled rejection: CustomReject({chain})"


class WasmEngine:
    """The WasmEngine listener at a URL."""

    def __init__(self, url):
        self.url = url
        self.address = address_of(url)

    @classmethod
    def of(cls, server):
        """That of a server which was started with --wasmengine."""
        return cls(server.urls["wasmengine"])

    def call(self, method, path, body=None, headers=None, host="localhost"):
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        with Connection(self.address) as connection:
            return connection.request(method, path, body, headers, host)

    def deploy(self, name, image, wasi_cap=False):
        body = {"function_name": name, "function_image": image, "wasi_cap": wasi_cap}
        return self.call("POST", "/function/deploy", body)

    def delete(self, name):
        return self.call("POST", "/function/delete", {"function_name": name})

    def list(self):
        return self.call("GET", "/function/list")

    def query(self, name):
        return self.call("POST", "/function/query", {"function_name": name})

    def invoke(self, name, args=None, **more):
        body = {"function_name": name, **({} if args is None else {"args": args}), **more}
        return self.call("POST", "/function/invoke", body)

"""A registry that does what no good one would, one request at a time as a test tells it."""

import http.server
import json
import threading

from testbed.docker_registry import OCI_MANIFEST, WASM_CONFIG, WASM_LAYER, descriptor, digest_of, manifest_of


class FakeRegistry:
    """Answers from `answers`: functions of the handler by path; others are told in `requests`."""

    def __init__(self):
        self.answers = {"/v2/": lambda handler: send(handler, 200, b"{}")}
        self.requests = []
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = self.path.split("?")[0]
                registry.requests.append((self.path, dict(self.headers)))
                answer = registry.answers.get(path)
                try:
                    if answer:
                        answer(self)
                    else:
                        send(self, 404, b'{"errors":[{"code":"NAME_UNKNOWN","message":"nothing here"}]}')
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client has had enough
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.host = f"127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def reference(self, repository, tag="v1"):
        return f"oci://{self.host}/{repository}:{tag}"

    def requests_for(self, path):
        return [headers for target, headers in self.requests if target.split("?")[0] == path]

    def manifest(self, repository, content, tag="v1", media_type=OCI_MANIFEST, headers=None):
        fields = {"Content-Type": media_type, **(headers or {})}
        answer = lambda handler: send(handler, 200, content, fields)  # noqa: E731
        self.answers[f"/v2/{repository}/manifests/{tag}"] = answer
        self.answers[f"/v2/{repository}/manifests/{digest_of(content)}"] = answer

    def blob(self, repository, digest, answer):
        """`answer` is bytes, or a function of the handler."""
        if isinstance(answer, bytes):
            content = answer
            answer = lambda handler: send(handler, 200, content)  # noqa: E731
        self.answers[f"/v2/{repository}/blobs/{digest}"] = answer

    def image(self, repository, layers, tag="v1", config_type="application/vnd.oci.image.config.v1+json"):
        """An honest image of (media type, content) layers."""
        for _, content in layers:
            self.blob(repository, digest_of(content), content)
        manifest = manifest_of([descriptor(kind, content) for kind, content in layers], config_type=config_type)
        self.manifest(repository, manifest, tag)
        return digest_of(manifest)

    def module(self, repository, module, answer=None, tag="v1"):
        """The artifact of the CNCF, its blob as `answer` gives it."""
        digest = self.image(repository, [(WASM_LAYER, module)], tag, WASM_CONFIG)
        if answer is not None:
            self.blob(repository, digest_of(module), answer)
        return digest


def send(handler, status, content, headers=None):
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def send_json(handler, status, document, headers=None):
    send(handler, status, json.dumps(document).encode(), headers)


def redirect(location):
    return lambda handler: send(handler, 307, b"", {"Location": location})

"""The registry of the distribution, as a server of its own for a test, and images put into it."""

import base64
import hashlib
import http.client
import json
import re
import ssl
import subprocess
import threading

START_SECONDS = 60
LISTENING = re.compile(rb"listening on (127\.0\.0\.1:\d+)")

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
WASM_CONFIG = "application/vnd.wasm.config.v0+json"
WASM_LAYER = "application/wasm"


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def descriptor(media_type, content, **more):
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content), **more}


def manifest_of(layers, config=b"{}", config_type=OCI_CONFIG, media_type=OCI_MANIFEST):
    """The bytes of a manifest; layers are descriptors."""
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": descriptor(config_type, config),
            "layers": layers,
        }
    ).encode()


class DockerRegistry:
    """One `docker-registry` on a free port. Ends with the `with` block that it is used in."""

    def __init__(self, folder, certificate=None, user=None, password=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.user, self.password = user, password
        self.tls = ssl.create_default_context(cafile=str(certificate[0])) if certificate else None
        config = folder / "config.yml"
        config.write_text(json.dumps(self._settings(folder, certificate)))  # YAML takes JSON
        self.log_path = folder / "log"
        self.process = subprocess.Popen(
            ["docker-registry", "serve", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.host = self._wait_until_listening()

    def _settings(self, folder, certificate):
        listener = {"addr": "127.0.0.1:0"}
        if certificate:
            listener["tls"] = {"certificate": str(certificate[0]), "key": str(certificate[1])}
        settings = {
            "version": 0.1,
            "storage": {"filesystem": {"rootdirectory": str(folder / "blobs")}},
            "http": listener,
        }
        if self.user:
            passwords = folder / "htpasswd"
            make = ["htpasswd", "-Bbn", self.user, self.password]
            passwords.write_bytes(subprocess.run(make, check=True, capture_output=True).stdout)
            settings["auth"] = {"htpasswd": {"realm": "test", "path": str(passwords)}}
        return settings

    def _wait_until_listening(self):
        timer = threading.Timer(START_SECONDS, self.process.kill)
        timer.start()
        said = b""
        try:
            for line in self.process.stderr:
                said += line
                if found := LISTENING.search(line):
                    # Its log is read on, so that it never waits for a reader.
                    threading.Thread(target=self.process.stderr.read, daemon=True).start()
                    return found[1].decode()
        finally:
            timer.cancel()
        raise AssertionError(f"docker-registry does not listen:\n{said.decode()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def reference(self, repository, tag="v1"):
        return f"oci://{self.host}/{repository}:{tag}"

    def call(self, method, target, body=None, headers=None):
        headers = {"Accept": f"{OCI_MANIFEST}, {DOCKER_MANIFEST}", **(headers or {})}
        if self.user:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        if self.tls:
            connection = http.client.HTTPSConnection(self.host, timeout=30, context=self.tls)
        else:
            connection = http.client.HTTPConnection(self.host, timeout=30)
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        answer.content = answer.read()
        connection.close()
        return answer

    def put_blob(self, repository, content):
        place = self.call("POST", f"/v2/{repository}/blobs/uploads/").headers["Location"]
        place += ("&" if "?" in place else "?") + "digest=" + digest_of(content)
        stored = self.call("PUT", place, content, {"Content-Type": "application/octet-stream"})
        assert stored.status == 201, stored.content

    def put_manifest(self, repository, tag, manifest, media_type=OCI_MANIFEST):
        target = f"/v2/{repository}/manifests/{tag}"
        stored = self.call("PUT", target, manifest, {"Content-Type": media_type})
        assert stored.status == 201, stored.content
        return digest_of(manifest)

    def put_image(self, repository, layers, tag="v1", config_type=OCI_CONFIG):
        """An image of (media type, content, further members) layers; gives its digest."""
        descriptors = []
        for media_type, content, *more in layers:
            self.put_blob(repository, content)
            descriptors.append(descriptor(media_type, content, **(more[0] if more else {})))
        self.put_blob(repository, b"{}")
        manifest = manifest_of(descriptors, config_type=config_type)
        return self.put_manifest(repository, tag, manifest)

    def put_module(self, repository, module, tag="v1"):
        """The artifact of the CNCF."""
        return self.put_image(repository, [(WASM_LAYER, module)], tag, WASM_CONFIG)

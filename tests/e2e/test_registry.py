"""Functions made of images, pulled from the real registry of the distribution."""

import base64
import gzip
import hashlib
import json
import subprocess
import uuid

import pytest
from images import copy, expanded, layout_with, tar_of
from test_tls import make_certificate

from testbed import guest, guest_path, run_cli
from testbed.docker_registry import (
    DOCKER_CONFIG,
    DOCKER_LAYER,
    OCI_INDEX,
    OCI_LAYER,
    OCI_MANIFEST,
    WASM_CONFIG,
    WASM_LAYER,
    DockerRegistry,
    descriptor,
    manifest_of,
)

HELLO = "Hello, world!"


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    with DockerRegistry(tmp_path_factory.mktemp("registry")) as started:
        yield started


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("ca"), "registry")


@pytest.fixture(scope="module")
def private_registry(tmp_path_factory, certificate):
    folder = tmp_path_factory.mktemp("private")
    with DockerRegistry(folder, certificate, "ann", "s:ecret") as started:
        yield started


def put(server, name, reference, **settings):
    return server.call("PUT", f"/v1/functions/{name}", {"module": reference, **settings})


def test_an_artifact_is_deployed_by_the_control_api(server, registry, name):
    module = guest("hello")
    digest = registry.put_module("team/hello", module)

    answer = put(server, name, registry.reference("team/hello"))

    assert answer.status == 201, answer.text
    function = answer.json()
    assert function["digest"] == "sha256:" + hashlib.sha256(module).hexdigest()
    assert function["image"] == {"reference": registry.reference("team/hello"), "digest": digest}
    assert server.get(f"/{name}").text == HELLO
    (version,) = server.call("GET", f"/v1/functions/{name}/versions").json()["versions"]
    assert version["image"]["digest"] == digest


def test_the_command_line_names_the_function_after_the_repository(server, registry, name):
    registry.put_module(f"team/{name}", guest("hello"))

    done = server.cli("deploy", registry.reference(f"team/{name}"))

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{server.urls['ingress']}/{name}\n"
    assert server.get(f"/{name}").text == HELLO
    shown = json.loads(server.cli("show", name, "-o", "json").stdout)
    assert shown["image"]["reference"] == registry.reference(f"team/{name}")


@pytest.mark.parametrize(
    "media_type",
    ["application/vnd.wasm.content.layer.v1+wasm", "application/vnd.module.wasm.content.layer.v1+wasm"],
)
def test_older_artifacts_are_taken(server, registry, name, media_type):
    registry.put_image(name, [(media_type, guest("hello"))], config_type="application/vnd.wasm.config.v1+json")

    assert put(server, name, registry.reference(name)).status == 201
    assert server.get(f"/{name}").text == HELLO


@pytest.mark.parametrize("form", ["oci", "v2s2"])
def test_images_of_other_tools_are_taken(server, registry, name, tmp_path, form):
    layout = layout_with(tmp_path, {"/hello.wasm": guest("hello"), "/readme": b"read me"})
    copy(f"oci:{layout}:v1", registry, name, "--format", form)

    assert put(server, name, registry.reference(name)).status == 201
    assert server.get(f"/{name}").text == HELLO


def test_layers_of_zstd_are_taken(server, registry, name, tmp_path):
    # A layer that skopeo has never seen: it would take the gzip that it remembers.
    layout = layout_with(tmp_path, {f"/{uuid.uuid4()}.wasm": guest("hello")})
    copy(expanded(layout, tmp_path / "plain"), registry, name, "--dest-compress", "--dest-compress-format", "zstd")
    assert b"tar+zstd" in registry.call("GET", f"/v2/{name}/manifests/v1").content

    assert put(server, name, registry.reference(name)).status == 201
    assert server.get(f"/{name}").text == HELLO


def test_a_layer_may_be_plain(server, registry, name):
    registry.put_image(name, [(OCI_LAYER, tar_of({"bin/hello.wasm": guest("hello")}))])

    assert put(server, name, registry.reference(name)).status == 201
    assert server.get(f"/{name}").text == HELLO


def test_upper_layers_count(server, registry, name):
    layers = [{"a.wasm": guest("traps"), "b.wasm": guest("hello")}, {".wh.a.wasm": b""}]
    registry.put_image(name, [(OCI_LAYER + "+gzip", gzip.compress(tar_of(files))) for files in layers])

    assert put(server, name, registry.reference(name)).status == 201
    assert server.get(f"/{name}").text == HELLO


def test_of_several_files_one_is_named(server, registry, name):
    files = {"bin/hello.wasm": guest("hello"), "bin/echo.wasm": guest("echo")}
    registry.put_image(name, [(OCI_LAYER, tar_of(files))])

    unnamed = put(server, name, registry.reference(name))
    named = put(server, name, registry.reference(name) + "#hello.wasm")

    assert (unnamed.status, unnamed.code) == (422, "image-unsupported")
    assert "#bin/echo.wasm, #bin/hello.wasm" in unnamed.detail
    assert named.status == 201
    assert named.json()["image"]["reference"].endswith(":v1#hello.wasm")
    assert server.get(f"/{name}").text == HELLO


@pytest.mark.parametrize("platform", ["wasi/wasm", "wasi/wasm32", "wasip1/wasm", "wasip2/wasm"])
def test_an_index_gives_the_manifest_for_modules(server, registry, name, platform):
    entries = []
    for system, module in [("linux/amd64", "traps"), (platform, "hello")]:
        content = guest(module)
        registry.put_blob(name, content)
        registry.put_blob(name, b"{}")
        manifest = manifest_of([descriptor(WASM_LAYER, content)], config_type=WASM_CONFIG)
        registry.put_manifest(name, system.replace("/", "-"), manifest)
        system, architecture = system.split("/")
        entries.append(descriptor(OCI_MANIFEST, manifest, platform={"os": system, "architecture": architecture}))
    index = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}).encode()
    digest = registry.put_manifest(name, "v1", index, OCI_INDEX)

    answer = put(server, name, registry.reference(name))

    assert answer.status == 201, answer.text
    assert answer.json()["image"]["digest"] == digest
    assert server.get(f"/{name}").text == HELLO


def test_other_artifacts_are_refused_with_their_media_types(server, registry, name):
    chart = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
    registry.put_image(name, [(chart, b"chart")], config_type="application/vnd.cncf.helm.config.v1+json")

    answer = put(server, name, registry.reference(name))

    assert (answer.status, answer.code) == (422, "image-unsupported")
    assert chart in answer.detail
    assert "application/vnd.cncf.helm.config.v1+json" in answer.detail
    assert server.function(name) is None


def test_what_the_registry_says_is_told(server, registry, name):
    missing = put(server, name, registry.reference("no/such", "thing"))

    assert (missing.status, missing.code) == (502, "registry-error")
    assert "404" in missing.detail
    assert "NAME_UNKNOWN" in missing.detail or "MANIFEST_UNKNOWN" in missing.detail


def test_a_registry_that_does_not_answer_is_told(server, name):
    answer = put(server, name, "oci://127.0.0.1:1/hello:v1")

    assert (answer.status, answer.code) == (502, "registry-error")
    assert "127.0.0.1:1" in answer.detail


def test_a_version_keeps_the_digest_though_the_tag_moves(start_server, registry, name):
    first = registry.put_module(name, guest("hello"))
    server = start_server()
    put(server, name, registry.reference(name))
    second = registry.put_module(name, guest("echo"))

    patched = server.call("PATCH", f"/v1/functions/{name}", {"limits": {"wall": "3s"}})
    server.stop()
    server = start_server()

    assert patched.json()["image"]["digest"] == first
    assert server.get(f"/{name}").text == HELLO
    again = put(server, name, registry.reference(name)).json()
    assert (again["version"], again["image"]["digest"]) == (3, second)
    assert server.call("POST", f"/v1/functions/{name}/rollback", {}).json()["image"]["digest"] == first
    assert server.get(f"/{name}").text == HELLO


def test_the_same_image_again_changes_nothing(server, registry, name):
    digest = registry.put_module(name, guest("hello"))
    reference = registry.reference(name)
    assert put(server, name, reference).status == 201

    again = put(server, name, reference)
    by_digest = put(server, name, f"oci://{registry.host}/{name}@{digest}")

    assert (again.status, again.json()["version"]) == (200, 1)
    assert by_digest.json()["version"] == 2  # another reference
    assert by_digest.json()["image"]["digest"] == digest


def test_a_dry_run_pulls_and_changes_nothing(server, registry, name):
    registry.put_module(name, guest("hello"))

    answer = server.call("PUT", f"/v1/functions/{name}?dry_run=1", {"module": registry.reference(name)})

    assert answer.status == 200
    assert answer.json()["image"]["reference"] == registry.reference(name)
    assert server.function(name) is None


def test_a_manifest_may_name_images(server, registry, new_name, tmp_path):
    first, second = new_name(), new_name()
    registry.put_module("parts/hello", guest("hello"))
    (tmp_path / "echo.wasm").write_bytes(guest("echo"))
    manifest = tmp_path / "rockpool.toml"
    manifest.write_text(
        f'[function.{first}]\nmodule = "{registry.reference("parts/hello")}"\n'
        f'[function.{second}]\nmodule = "echo.wasm"\n'
    )

    done = server.cli("deploy", "-f", manifest)

    assert done.returncode == 0, done.stderr
    assert server.get(f"/{first}").text == HELLO
    assert server.function(first)["image"]["reference"] == registry.reference("parts/hello")
    assert "image" not in server.function(second)


def test_progress_is_told_in_lines(server, registry, name):
    registry.put_module(name, guest("hello"))

    answer = server.call(
        "PUT", f"/v1/functions/{name}", {"module": registry.reference(name)}, {"Accept": "application/x-ndjson"}
    )

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines[0] == {"stage": "pulling", "function": name}
    size = len(guest("hello"))
    assert {"stage": "pulling", "function": name, "received": size, "total": size} in lines
    assert lines[-1]["status"] == 201


def settings_for(registry, tmp_path, certificate, **more):
    """A server.toml with what the private registry asks for."""
    password = tmp_path / "password"
    password.write_text("s:ecret\n")
    settings = {"username": "ann", "password-file": str(password), "ca-file": str(certificate[0]), **more}
    config = tmp_path / "server.toml"
    rows = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    config.write_text(f'[registry."{registry.host}"]\n{rows}')
    return config


def test_tls_and_a_password_are_settings_of_the_server(
    start_server, private_registry, certificate, tmp_path, name
):
    private_registry.put_module(name, guest("hello"))
    server = start_server("--config", settings_for(private_registry, tmp_path, certificate))

    answer = put(server, name, private_registry.reference(name))

    assert answer.status == 201, answer.text
    assert server.get(f"/{name}").text == HELLO


def test_a_wrong_password_is_refused_with_what_the_registry_said(
    start_server, private_registry, certificate, tmp_path, name
):
    private_registry.put_module(name, guest("hello"))
    config = settings_for(private_registry, tmp_path, certificate)
    (tmp_path / "password").write_text("wrong")
    server = start_server("--config", config)

    answer = put(server, name, private_registry.reference(name))

    assert (answer.status, answer.code) == (502, "registry-error")
    assert "401" in answer.detail
    assert "UNAUTHORIZED" in answer.detail
    assert "wrong" not in answer.detail


def test_an_authority_that_is_not_trusted_is_refused(server, private_registry, name):
    answer = put(server, name, private_registry.reference(name))

    assert (answer.status, answer.code) == (502, "registry-error")
    assert "certificate" in answer.detail


def test_a_password_file_that_is_missing_is_named_at_the_start(private_registry, certificate, tmp_path):
    config = settings_for(private_registry, tmp_path, certificate)
    (tmp_path / "password").unlink()

    done = run_cli("serve", "--config", config, "--data", tmp_path / "data", "--control", "127.0.0.1:0",
                   "--ingress", "127.0.0.1:0")  # fmt: skip

    assert done.returncode == 2
    assert str(tmp_path / "password") in done.stderr


def docker_config(folder, document):
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(document))
    return folder


def test_the_client_pulls_with_its_own_credentials(server, private_registry, certificate, tmp_path, name):
    private_registry.put_module(name, guest("hello"))
    pair = base64.b64encode(b"ann:s:ecret").decode()
    config = docker_config(tmp_path / "docker", {"auths": {private_registry.host: {"auth": pair}}})

    done = server.cli("deploy", private_registry.reference(name), "--pull=client", DOCKER_CONFIG=config,
                      ROCKPOOL_REGISTRY_CA_FILE=certificate[0])  # fmt: skip
    by_server = server.cli("deploy", private_registry.reference(name), "--name", name + "-2")

    assert done.returncode == 0, done.stderr
    assert server.get(f"/{name}").text == HELLO
    assert by_server.returncode == 1
    assert "registry-error" in by_server.stderr


def test_the_client_asks_credential_helpers(server, private_registry, certificate, tmp_path, name):
    private_registry.put_module(name, guest("hello"))
    programs = tmp_path / "bin"
    programs.mkdir()
    helper = programs / "docker-credential-testing"
    helper.write_text(
        "#!/bin/sh\n"
        'read -r host\n[ "$1 $host" = "get %s" ] || { echo "credentials not found"; exit 1; }\n'
        'echo \'{"ServerURL":"x","Username":"ann","Secret":"s:ecret"}\'\n' % private_registry.host
    )
    helper.chmod(0o755)
    config = docker_config(tmp_path / ".docker", {"credHelpers": {private_registry.host: "testing"}})

    done = server.cli("deploy", private_registry.reference(name), "--pull=client", HOME=config.parent,
                      PATH=f"{programs}:/usr/bin:/bin", ROCKPOOL_REGISTRY_CA_FILE=certificate[0])  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert server.get(f"/{name}").text == HELLO


def test_push_writes_the_artifact_of_the_cncf(server, registry, name):
    reference = registry.reference(f"pushed/{name}")

    done = server.cli("push", guest_path("hello"), reference)
    again = server.cli("push", guest_path("hello"), reference)

    assert done.returncode == 0, done.stderr
    assert again.returncode == 0, again.stderr
    digest = done.stdout.strip().split("@")[1]
    assert done.stdout == f"{reference}@{digest}\n"
    manifest = json.loads(registry.call("GET", f"/v2/pushed/{name}/manifests/{digest}").content)
    assert manifest["config"]["mediaType"] == WASM_CONFIG
    (layer,) = manifest["layers"]
    assert layer["mediaType"] == WASM_LAYER
    config = json.loads(registry.call("GET", f"/v2/pushed/{name}/blobs/{manifest['config']['digest']}").content)
    assert config["architecture"] == "wasm"
    assert config["os"] in ("wasip1", "wasip2")
    assert config["layerDigests"] == [layer["digest"]]
    assert server.cli("deploy", done.stdout.strip(), "--name", name).returncode == 0
    assert server.get(f"/{name}").text == HELLO


def test_push_logs_in(private_registry, certificate, tmp_path, name):
    pair = base64.b64encode(b"ann:s:ecret").decode()
    config = docker_config(tmp_path / "docker", {"auths": {private_registry.host: {"auth": pair}}})
    reference = private_registry.reference(name)
    variables = {"ROCKPOOL_REGISTRY_CA_FILE": certificate[0]}

    refused = run_cli("push", guest_path("hello"), reference, DOCKER_CONFIG=tmp_path, **variables)
    done = run_cli("push", guest_path("hello"), reference, DOCKER_CONFIG=config, **variables)

    assert refused.returncode == 1
    assert "401" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert private_registry.call("GET", f"/v2/{name}/manifests/v1").status == 200


class Signer:
    def __init__(self, folder):
        folder.mkdir()
        self.key, self.public = folder / "cosign.key", folder / "cosign.pub"
        make = ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.key]
        subprocess.run(make, check=True, capture_output=True)
        tell = ["openssl", "ec", "-in", self.key, "-pubout", "-out", self.public]
        subprocess.run(tell, check=True, capture_output=True)

    def sign(self, registry, repository, digest, of=None):
        """As `cosign sign --key` stores it; `of` is what the payload says it stands for."""
        payload = json.dumps(
            {
                "critical": {
                    "identity": {"docker-reference": f"{registry.host}/{repository}"},
                    "image": {"docker-manifest-digest": of or digest},
                    "type": "cosign container image signature",
                },
                "optional": None,
            }
        ).encode()
        command = ["openssl", "dgst", "-sha256", "-sign", self.key]
        signature = subprocess.run(command, input=payload, check=True, capture_output=True).stdout
        annotation = {"dev.cosignproject.cosign/signature": base64.b64encode(signature).decode()}
        layer = ("application/vnd.dev.cosign.simplesigning.v1+json", payload, {"annotations": annotation})
        registry.put_image(repository, [layer], tag=digest.replace(":", "-") + ".sig")


@pytest.fixture
def signer(tmp_path):
    return Signer(tmp_path / "keys")


def test_a_signed_image_is_taken(server, registry, signer, name):
    digest = registry.put_module(name, guest("hello"))
    signer.sign(registry, name, digest)

    by_server = server.cli("deploy", registry.reference(name), "--verify-key", signer.public)
    by_client = server.cli("deploy", registry.reference(name), "--verify-key", signer.public, "--pull=client")

    assert by_server.returncode == 0, by_server.stderr
    assert by_client.returncode == 0, by_client.stderr
    assert server.get(f"/{name}").text == HELLO


def test_an_image_without_signature_is_refused(server, registry, signer, name):
    registry.put_module(name, guest("hello"))
    key = signer.public.read_text()

    answer = put(server, name, registry.reference(name), verify_key=key)
    by_client = server.cli("deploy", registry.reference(name), "--verify-key", signer.public, "--pull=client")

    assert (answer.status, answer.code) == (422, "image-unsigned")
    assert "image-unsigned" in by_client.stderr
    assert server.function(name) is None


def test_a_signature_by_another_key_is_refused(server, registry, signer, tmp_path, name):
    digest = registry.put_module(name, guest("hello"))
    Signer(tmp_path / "others").sign(registry, name, digest)

    answer = put(server, name, registry.reference(name), verify_key=signer.public.read_text())

    assert (answer.status, answer.code) == (422, "signature-invalid")
    assert server.function(name) is None


def test_a_signature_of_another_image_is_refused(server, registry, signer, name):
    digest = registry.put_module(name, guest("hello"))
    signer.sign(registry, name, digest, of="sha256:" + "0" * 64)

    answer = put(server, name, registry.reference(name), verify_key=signer.public.read_text())

    assert (answer.status, answer.code) == (422, "signature-invalid")


def test_a_server_may_insist_on_signatures(start_server, registry, signer, new_name):
    server = start_server("--verify-key", signer.public)
    signed, unsigned = new_name(), new_name()
    signer.sign(registry, signed, registry.put_module(signed, guest("hello")))
    registry.put_module(unsigned, guest("hello"))

    assert put(server, signed, registry.reference(signed)).status == 201
    assert put(server, unsigned, registry.reference(unsigned)).code == "image-unsigned"


def test_a_key_that_is_none_is_refused(server, registry, name):
    answer = put(server, name, registry.reference(name), verify_key="no key")

    assert (answer.status, answer.code) == (400, "invalid-argument")
    assert "verify_key" in answer.detail


def test_docker_v2_documents_are_taken(server, registry, name):
    layer = gzip.compress(tar_of({"hello.wasm": guest("hello")}))
    registry.put_blob(name, layer)
    registry.put_blob(name, b"{}")
    media_type = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = manifest_of([descriptor(DOCKER_LAYER, layer)], config_type=DOCKER_CONFIG, media_type=media_type)
    registry.put_manifest(name, "v1", manifest, media_type)

    assert put(server, name, registry.reference(name)).status == 201
    assert server.get(f"/{name}").text == HELLO

"""TLS with certificate files, read again on SIGHUP."""

import signal
import ssl
import subprocess

import pytest

from testbed import Connection, eventually, run_cli


def make_certificate(folder, common_name):
    folder.mkdir(exist_ok=True)
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", f"/CN={common_name}"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


def trusting(certificate):
    context = ssl.create_default_context(cafile=str(certificate))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@pytest.fixture
def files(tmp_path):
    return make_certificate(tmp_path / "tls", "first")


def tls_flags(files):
    certificate, key = files
    return ["--tls-cert", certificate, "--tls-key", key]


def common_name_of(server, context):
    with Connection(server.ingress, tls=context) as connection:
        subject = connection._socket.getpeercert()["subject"]
    return dict(pair for entry in subject for pair in entry)["commonName"]


def test_functions_are_called_over_tls(start_server, files):
    context = trusting(files[0])
    server = start_server(*tls_flags(files), tls=context)

    function = server.deploy("seen", "headers_back")

    assert server.urls["ingress"].startswith("https://")
    assert function["url"] == f"{server.urls['ingress']}/seen"
    assert "scheme: https\n" in server.get("/seen").text
    server.deploy("env", "cgi_env")
    assert "HTTPS=on\n" in server.get("/env").text
    server.deploy("echo", "echo")
    body = b"x" * 1_000_000
    assert server.request("POST", "/echo", body).body == body


def test_plain_http_on_the_tls_port_gets_no_answer(start_server, files):
    server = start_server(*tls_flags(files), tls=trusting(files[0]))

    with Connection(server.ingress) as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        data = b""
        try:
            data = connection.read_some()
        except Exception:
            pass
        assert not data.startswith(b"HTTP/1.1 2")
    server.deploy("f", "hello")
    assert server.get("/f").text == "Hello, world!"


def test_old_protocols_are_refused(start_server, files):
    server = start_server(*tls_flags(files), tls=trusting(files[0]))
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname = False
    old.verify_mode = ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises((ssl.SSLError, OSError)):
        Connection(server.ingress, tls=old)


def test_sighup_reads_the_certificate_again(start_server, files, tmp_path):
    first = trusting(files[0])
    server = start_server(*tls_flags(files), tls=first)
    open_connection = Connection(server.ingress, tls=first)
    assert common_name_of(server, first) == "first"

    make_certificate(tmp_path / "tls", "second")
    server.process.send_signal(signal.SIGHUP)

    second = trusting(files[0])

    def is_second():
        try:
            return common_name_of(server, second) == "second"
        except ssl.SSLError:
            return False

    eventually(is_second)
    assert open_connection.request("GET", "/x").status == 404
    open_connection.close()


def test_a_certificate_that_cannot_be_read_again_keeps_the_old_one(start_server, files):
    context = trusting(files[0])
    server = start_server(*tls_flags(files), tls=context)
    files[0].write_text("no certificate")

    server.expected_errors.append("certificate")
    server.process.send_signal(signal.SIGHUP)

    eventually(lambda: "certificate" in server.log())
    assert common_name_of(server, context) == "first"


def test_a_certificate_that_cannot_be_read_is_named_at_the_start(tmp_path, files):
    files[1].write_text("no key")

    done = run_cli("serve", *tls_flags(files), "--data", tmp_path / "data", "--ingress", "127.0.0.1:0",
                   "--control", "127.0.0.1:0")  # fmt: skip

    assert done.returncode != 0
    assert "key.pem" in done.stderr


def test_the_control_listener_speaks_tls_too(start_server, files):
    certificate, key = files
    server = start_server("--control-tls-cert", certificate, "--control-tls-key", key)

    done = server.cli("list", ROCKPOOL_CA_FILE=certificate)
    untrusted = server.cli("list")

    assert server.urls["control"].startswith("https://")
    assert done.returncode == 0, done.stderr
    assert untrusted.returncode == 1
    assert "certificate" in untrusted.stderr

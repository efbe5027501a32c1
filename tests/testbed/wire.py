"""HTTP/1.1 over a socket, byte by byte, so that tests see what is really sent."""

import json
import socket
from dataclasses import dataclass, field

DEFAULT_TIMEOUT = 60.0


class ConnectionEnded(Exception):
    """The peer closed the connection where more should have come."""


@dataclass
class Answer:
    status: int
    reason: str = ""
    headers: list = field(default_factory=list)
    body: bytes = b""
    # False if the connection ended before the body did.
    complete: bool = True

    def header(self, name):
        """All values of that name, joined; None if there is none."""
        values = [value for other, value in self.headers if other.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The code of a problem answer; None of any other."""
        if self.header("content-type") != "application/problem+json":
            return None
        return self.json()["code"]

    @property
    def detail(self):
        return self.json()["detail"]


class Connection:
    """One connection. Reads answers as they come; never sends what it was not given."""

    def __init__(self, address, tls=None, timeout=DEFAULT_TIMEOUT, receive_buffer=None):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(timeout)
        self._socket.connect(address)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self._socket = tls.wrap_socket(self._socket, server_hostname="localhost")
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()

    def half_close(self):
        self._socket.shutdown(socket.SHUT_WR)

    def set_timeout(self, seconds):
        self._socket.settimeout(seconds)

    def send(self, data):
        self._socket.sendall(data)

    def send_request(self, method, path, body=None, headers=None, host="localhost"):
        self.send(encode_request(method, path, body, headers, host))

    def request(self, method, path, body=None, headers=None, host="localhost"):
        self.send_request(method, path, body, headers, host)
        return self.read_answer(method)

    def is_closed_by_peer(self):
        """Waits for the peer to close; False if it sends anything instead."""
        if self._buffer:
            return False
        try:
            return self._socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def read_some(self):
        data = self._buffer or self._receive()
        self._buffer = b""
        return data

    def read_head(self):
        """The next head that is no interim one, as an Answer without a body."""
        while True:
            answer = self.read_any_head()
            if answer.status >= 200:
                return answer

    def read_any_head(self):
        lines = self._read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")[:-2]
        version, status, reason = (lines[0] + " ").split(" ", 2)
        assert version in ("HTTP/1.0", "HTTP/1.1"), lines[0]
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        return Answer(int(status), reason.strip(), headers)

    def read_answer(self, method="GET"):
        answer = self.read_head()
        try:
            for piece in self.body_pieces(answer, method):
                answer.body += piece
        except ConnectionEnded:
            answer.complete = False
        return answer

    def body_pieces(self, answer, method="GET"):
        """Yields the body as it arrives. Raises ConnectionEnded if it ends early."""
        if method == "HEAD" or answer.status in (204, 304):
            return
        if answer.header("transfer-encoding") == "chunked":
            yield from self._chunks()
        elif answer.header("content-length") is not None:
            yield from self._bytes(int(answer.header("content-length")))
        else:
            yield from self._until_closed()

    def _chunks(self):
        while True:
            size = int(self._read_until(b"\r\n").strip(), 16)
            if size == 0:
                while self._read_until(b"\r\n") != b"\r\n":
                    pass
                return
            yield from self._bytes(size)
            assert self._read_until(b"\r\n") == b"\r\n"

    def _bytes(self, count):
        while count > 0:
            if not self._buffer:
                self._buffer = self._receive()
            piece, self._buffer = self._buffer[:count], self._buffer[count:]
            count -= len(piece)
            yield piece

    def _until_closed(self):
        try:
            while True:
                yield self.read_some()
        except ConnectionEnded:
            return

    def _read_until(self, mark):
        while mark not in self._buffer:
            self._buffer += self._receive()
        end = self._buffer.index(mark) + len(mark)
        taken, self._buffer = self._buffer[:end], self._buffer[end:]
        return taken

    def _receive(self):
        try:
            data = self._socket.recv(256 * 1024)
        except ConnectionResetError as error:
            raise ConnectionEnded("reset") from error
        if not data:
            raise ConnectionEnded("closed")
        return data


def encode_request(method, path, body=None, headers=None, host="localhost"):
    if isinstance(headers, dict):
        headers = list(headers.items())
    headers = list(headers or [])
    names = {name.lower() for name, _ in headers}
    if "host" not in names:
        headers.insert(0, ("Host", host))
    if isinstance(body, str):
        body = body.encode()
    if body is not None and not names & {"content-length", "transfer-encoding"}:
        headers.append(("Content-Length", str(len(body))))
    lines = [f"{method} {path} HTTP/1.1"] + [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")

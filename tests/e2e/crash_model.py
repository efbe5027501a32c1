"""What a server that is killed must remember: functions as a caller of its API has been told of them."""

from dataclasses import dataclass
from hashlib import sha256

from testbed import ConnectionEnded, guest
from testbed.wasm import answers

VERSIONS_KEPT = 10
WASM = {"Content-Type": "application/wasm"}


def digest_of(module):
    return "sha256:" + sha256(module).hexdigest()


@dataclass(frozen=True)
class Version:
    """A module with its settings, which all follow from one number."""

    digest: str
    stamp: int

    @property
    def settings(self):
        return {"env": {"STAMP": str(self.stamp)}, "limits": {"wall": f"{self.stamp % 20 + 1}s"}}


@dataclass(frozen=True)
class Function:
    """`versions` are (number, Version), newest first; `live` is the number of one of them."""

    live: int
    versions: tuple

    @property
    def live_version(self):
        return dict(self.versions)[self.live]

    @property
    def is_at_its_lowest(self):
        return self.live == self.versions[-1][0]

    def rolled_back(self):
        lower = [number for number, _ in self.versions if number < self.live]
        return Function(lower[0], self.versions)


def deployed(function, version):
    """The function after a deploy of that version; `function` is None if it is new."""
    if function is None:
        return Function(1, ((1, version),))
    if function.live_version == version:
        return function
    number = function.versions[0][0] + 1
    return Function(number, ((number, version), *function.versions)[:VERSIONS_KEPT])


@dataclass(frozen=True)
class Change:
    """One call, and what the functions that it touches are once it is done (None: gone)."""

    call: tuple
    after: dict


class Writer:
    """Makes changes of two functions that nobody else touches, and knows what has been told of them."""

    def __init__(self, names, chance):
        self.names = names
        self._chance = chance
        # By name. After a change that was not acknowledged `pending` is what else may be there.
        self.known = dict.fromkeys(names)
        self.pending = None
        self.modules = {digest_of(guest("cgi_env")): guest("cgi_env")}
        self.base = next(iter(self.modules))
        self.acknowledged = 0

    def write_until_killed(self, server):
        """Changes functions until a call gets no whole answer; `pending` is what it asked for."""
        while True:
            change = self._next_change()
            self.pending = {**self.known, **change.after}
            try:
                answer = server.call(*change.call)
            except (OSError, ConnectionEnded):
                return
            if not answer.complete:
                return
            assert answer.status in (200, 201, 204), f"{change.call[:2]}: {answer.text}"
            self.known, self.pending = self.pending, None
            self.acknowledged += 1

    def settle(self, found):
        """Takes what a restarted server has; fails unless it is one of the states possible."""
        possible = [self.known] if self.pending is None else [self.known, self.pending]
        assert found in possible, f"found {found}, but {' or '.join(map(str, possible))} was written"
        self.known, self.pending = found, None

    def _next_change(self):
        one, other = self._chance.sample(self.names, 2)
        function = self.known[one]
        if function is None:
            return self._replace_all([one])
        makers = [self._upload, self._upload, self._patch, self._roll_back, self._roll_back]
        make = self._chance.choice([*makers, self._delete, lambda name: self._replace_all([name, other])])
        if make == self._roll_back and function.is_at_its_lowest:
            make = self._upload
        return make(one)

    def _upload(self, name):
        """New bytes, which must be compiled; the settings stay."""
        module = answers(self._chance.randrange(-(2**31), 2**31))
        digest = digest_of(module)
        self.modules[digest] = module
        version = Version(digest, self.known[name].live_version.stamp)
        after = {name: deployed(self.known[name], version)}
        return Change(("PUT", f"/v1/functions/{name}", module, WASM), after)

    def _patch(self, name):
        version = Version(self.known[name].live_version.digest, self._chance.randrange(10**6))
        after = {name: deployed(self.known[name], version)}
        return Change(("PATCH", f"/v1/functions/{name}", version.settings), after)

    def _roll_back(self, name):
        after = {name: self.known[name].rolled_back()}
        return Change(("POST", f"/v1/functions/{name}/rollback", {}), after)

    def _delete(self, name):
        return Change(("DELETE", f"/v1/functions/{name}"), {name: None})

    def _replace_all(self, names):
        """All at once, or none."""
        versions = {name: Version(self.base, self._chance.randrange(10**6)) for name in names}
        wanted = {name: {"module": v.digest, **v.settings} for name, v in versions.items()}
        after = {name: deployed(self.known[name], version) for name, version in versions.items()}
        return Change(("PUT", "/v1/functions", {"functions": wanted}), after)

"""Reads a `.case` file and says whether an answer is the one that a case promises."""

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ANSWER_KEYS = {
    "status", "reason", "headers", "absent", "body", "json", "contains", "lacks", "size",
    "complete", "code", "detail",
}  # fmt: skip
REQUEST_KEYS = {"method", "path", "target", "headers", "body", "body_size", "chunks", "raw", "host"}
CASE_KEYS = {
    "promise", "guest", "settings", "deployed", "request", "answer", "answers", "either", "closed",
    "times", "log", "log_lacks",
}  # fmt: skip


@dataclass
class Case:
    file: str
    promise: str
    guest: str | None = None
    settings: dict = field(default_factory=dict)
    # What the deploy must answer, where the case is about that.
    deployed: dict | None = None
    request: dict | None = None
    # What comes back on the connection, one after another.
    answers: list = field(default_factory=list)
    # Answers any of which is right, where the moment decides.
    either: list = field(default_factory=list)
    # Whether the server closes the connection after the last answer; None if it may do as it likes.
    closed: bool | None = None
    # How often the request is sent, on one connection; each gets the same answer.
    times: int = 1
    log: list = field(default_factory=list)
    log_lacks: list = field(default_factory=list)

    @property
    def id(self):
        return f"{self.file}: {self.promise}"


def read_cases(folder):
    return [case for path in sorted(Path(folder).glob("*.case")) for case in read_file(path)]


def read_file(path):
    document = tomllib.loads(path.read_text())
    tables = document.pop("case")
    check_keys(path, "the file", document, CASE_KEYS - {"promise"})
    return [read_case(path, {**document, **table}) for table in tables]


def read_case(path, table):
    where = f"'{table.get('promise')}'"
    check_keys(path, where, table, CASE_KEYS)
    check_keys(path, where, table.get("request", {}), REQUEST_KEYS)
    answers = table.pop("answers", [])
    if "answer" in table:
        answers = [table.pop("answer")]
    for answer in [*answers, *table.get("either", []), table.get("deployed", {})]:
        check_keys(path, where, answer, ANSWER_KEYS)
    assert answers or "deployed" in table or "either" in table, f"{path}: {where} expects nothing"
    return Case(file=path.stem, answers=answers, **table)


def check_keys(path, where, table, known):
    unknown = set(table) - known
    assert not unknown, f"{path}: {where} has unknown keys {sorted(unknown)}"


def misfits(expected, answer):
    """What of an answer is not as expected, one line each."""
    found = []

    def expect(what, wanted, got):
        if wanted != got:
            found.append(f"{what}: expected {wanted!r}, got {got!r}")

    text = answer.body.decode(errors="replace")
    for key, wanted in expected.items():
        match key:
            case "status":
                expect("status", wanted, answer.status)
            case "reason":
                expect("reason", wanted, answer.reason)
            case "headers":
                for name, value in wanted.items():
                    expect(f"header {name}", value, answer.header(name))
            case "absent":
                for name in wanted:
                    expect(f"header {name}", None, answer.header(name))
            case "body":
                expect("body", wanted, text)
            case "json":
                expect("JSON", json.dumps(wanted), json.dumps(json_of(text)))
            case "size":
                expect("size of the body", wanted, len(answer.body))
            case "code":
                expect("code", wanted, answer.code)
            case "contains":
                found += [f"the body lacks {piece!r}" for piece in wanted if piece not in text]
            case "lacks":
                found += [f"the body has {piece!r}" for piece in wanted if piece in text]
            case "detail":
                detail = answer.detail if answer.code else ""
                wanted = [wanted] if isinstance(wanted, str) else wanted
                lacking = [piece for piece in wanted if piece not in detail]
                found += [f"the detail {detail!r} lacks {piece!r}" for piece in lacking]
    expect("complete", expected.get("complete", True), answer.complete)
    if "status" not in expected and "code" not in expected:
        expect("status", 200, answer.status)
    if found and "body" not in expected:
        found.append(f"the answer was {answer.status} {text[:400]!r}")
    return found


def json_of(text):
    try:
        return json.loads(text)
    except ValueError:
        return f"no JSON: {text[:200]!r}"

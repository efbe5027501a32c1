#!/usr/bin/env python3
"""Checks that `co_await` stands alone in its statement and that no coroutine lambda captures.

GCC 12 lays out `if (co_await f())` wrongly and destroys temporaries built inside a `co_await` expression twice; a
coroutine lambda's captures die with the lambda, not with the coroutine.
"""

import re
import sys
from pathlib import Path

from cpp_text import ROOT, blanked, closing, line_of, sources

AWAIT = re.compile(r"\bco_await\b")
# What may stand before `co_await` in its statement.
CONTROL = re.compile(r"(?:\belse\b|\bdo\b|\bcase\b[^:;]*(?:::[^:;]*)*:|\bdefault\s*:)\s*")
CONDITION = re.compile(r"(?:if|for|while|switch)\s*(?:constexpr\s*)?\(")
ALONE = re.compile(
    r"""(?:
      | co_return | \(void\)
      | CO_RETURN_IF_ERROR\( \s*
      | CO_ASSIGN_OR_RETURN\( \s* (?:auto&?|const\ auto&?|[\w:<>]+)? \s* [\w.>*\-\[\]]+ \s* ,
      | (?:const\s+)? [\w:<>,*&\s]*? (?:[\w.\->()*]+ | \[[\w,\s]+\]) \s* =
    )\s*""",
    re.VERBOSE,
)
NESTED_CALL = re.compile(r"([\w:]+)\s*\(")
# What moves or borrows a named thing builds nothing.
BORROWS = {"std::move", "std::forward", "std::ref", "std::cref", "std::as_const"}
KEYWORDS_BEFORE_LAMBDA = {"return", "co_return", "co_await", "co_yield", "case", "else"}
COROUTINE_WORD = re.compile(r"\bco_(?:await|return|yield)\b")


def statement_start(text, offset):
    """Offset after the `;`, `{` or `}` before `offset` that is not inside parentheses."""
    depth = 0
    for at in range(offset - 1, -1, -1):
        mark = text[at]
        if mark in ")]":
            depth += 1
        elif mark in "([":
            depth -= 1
        elif depth <= 0 and mark in ";{}":
            return at + 1
    return 0


def statement_end(text, offset):
    depth = 0
    for at in range(offset, len(text)):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
        elif text[at] == ";" and depth <= 0:
            return at
    return len(text)


def without_control(prefix):
    """What is left of a statement's beginning after `if (…)`, `else`, `case …:` and the like."""
    rest = re.sub(r"^\s*#[^\n]*\n", "", prefix).strip()
    while True:
        if control := CONTROL.match(rest):
            rest = rest[control.end() :]
        elif condition := CONDITION.match(rest):
            end = closing(rest, condition.end() - 1)
            if end == len(rest):
                return rest
            rest = rest[end + 1 :].lstrip()
        else:
            return rest


def without_template_arguments(text):
    while True:
        shorter = re.sub(r"(?<=\w)<[\w\s:,*&()]*>(?=[\s({:])", "", text)
        if shorter == text:
            return text
        text = shorter


def builds_something(awaited):
    """Whether an argument of the awaited call is built inside the expression."""
    expression = without_template_arguments(awaited)
    opening = expression.find("(")
    if opening < 0:
        return False
    arguments = expression[opening + 1 : closing(expression, opening)]
    if "{" in arguments:
        return True
    for call in NESTED_CALL.finditer(arguments):
        end = closing(arguments, call.end() - 1)
        if arguments[call.end() : end].strip() and call.group(1) not in BORROWS:
            return True
    return False


def await_problems(text):
    for await_word in AWAIT.finditer(text):
        start = statement_start(text, await_word.start())
        end = statement_end(text, await_word.end())
        prefix = without_control(text[start : await_word.start()])
        awaited = text[await_word.end() : end]
        line = line_of(text, await_word.start())
        if not ALONE.fullmatch(prefix):
            yield line, "co_await does not stand alone in its statement"
        elif AWAIT.search(awaited):
            yield line, "two co_await in one statement"
        elif builds_something(awaited):
            yield line, "an argument of the awaited call is built inside it: name it on a line above"


def lambdas(text):
    """(offset, captures, body) of each lambda expression."""
    for opening in re.finditer(r"\[", text):
        before = text[: opening.start()].rstrip()
        word = re.search(r"[\w\])\[]+$", before)
        if word and word.group() not in KEYWORDS_BEFORE_LAMBDA:
            continue
        end = closing(text, opening.start())
        captures = text[opening.start() + 1 : end].strip()
        rest = text[end + 1 :]
        head = re.match(r"\s*(?:<[^>]*>\s*)?(\()?", rest)
        at = end + 1 + head.end()
        if head.group(1):
            at = closing(text, at - 1) + 1
        body = re.compile(r"[\w\s:<>,*&\->()]*?\{").match(text, at)
        if captures.startswith("[") or re.match(r"\s*:(?!:)", rest) or not body:
            continue
        yield opening.start(), captures, text[body.end() - 1 : closing(text, body.end() - 1) + 1]


def without_nested_lambdas(body):
    for offset, _, inner in list(lambdas(body)):
        at = body.find(inner, offset)
        body = body[:at] + " " * len(inner) + body[at + len(inner) :]
    return body


def lambda_problems(text):
    for offset, captures, body in lambdas(text):
        if captures and COROUTINE_WORD.search(without_nested_lambdas(body)):
            yield line_of(text, offset), f"a coroutine lambda captures [{captures}]: pass it as arguments"


def problems_of(text):
    visible = blanked(text)
    yield from await_problems(visible)
    yield from lambda_problems(visible)


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    count = 0
    for path in sources(root):
        for line, problem in problems_of(path.read_text()):
            print(f"{path.relative_to(root)}:{line}: {problem}")
            count += 1
    print(f"check_awaits: {count} problems", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())

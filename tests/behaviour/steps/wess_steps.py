"""The sentences of the features."""

import json
import re
import uuid

from behave import given, then, when

from testbed import eventually, guest
from testbed.wess import LOG_LINE, document


def types(text):
    return [word.strip() for word in text.split(",") if word.strip()]


def described(module, function, arguments, results):
    return document(guest(module), function, types(arguments), types(results))


def send(context, method, path, body=None):
    context.answer = context.wess.call(method, path, body)


@when('I store the module "{module}" to run "{function}" of ({arguments}) -> ({results})')
def store(context, module, function, arguments, results):
    context.document = described(module, function, arguments, results)
    send(context, "POST", "/", context.document)


@given('the module "{module}" stored to run "{function}" of ({arguments}) -> ({results})')
def stored(context, module, function, arguments, results):
    store(context, module, function, arguments, results)
    context.module = context.answer.json()["message"]["id"]


@given('the module "{module}" stored to run "{function}" of () -> ({results})')
def stored_without_arguments(context, module, function, results):
    stored(context, module, function, "", results)


@when('I replace it by the module "{module}" to run "{function}" of () -> ({results})')
def replace(context, module, function, results):
    send(context, "PUT", f"/{context.module}", described(module, function, "", results))


@when("I send {body} to be stored")
def send_body(context, body):
    send(context, "POST", "/", body)


@when("I read it")
def read_it(context):
    send(context, "GET", f"/{context.module}")


@when('I read the module "{module}"')
def read(context, module):
    send(context, "GET", f"/{module}")


@when("I delete it")
def delete_it(context):
    send(context, "DELETE", f"/{context.module}")


@when('I delete the module "{module}"')
def delete(context, module):
    send(context, "DELETE", f"/{module}")


@when('I replace the module "{module}"')
def replace_other(context, module):
    send(context, "PUT", f"/{module}", described("sum", "sum", "I32, I32", "I32"))


@when('I run the module "{module}"')
def run_other(context, module):
    send(context, "POST", f"/{module}", "[]")


@when("I run it with {arguments}")
def run_it(context, arguments):
    send(context, "POST", f"/{context.module}", arguments)


@given("the number of modules")
def remember_count(context):
    context.count = context.wess.count()


@then("there is one more module")
def one_more(context):
    assert context.wess.count() == context.count + 1


@then("the status is {status:d}")
def check_status(context, status):
    assert context.answer.status == status, context.answer.text


@then("the message holds a new id")
def check_id(context):
    text = context.answer.json()["message"]["id"]
    assert uuid.UUID(text).version == 4 and str(uuid.UUID(text)) == text


@then('the message begins with "{text}"')
def check_beginning(context, text):
    assert context.answer.json()["message"].startswith(text), context.answer.text


@then("the message is {expected}")
def check_message(context, expected):
    assert context.answer.json() == {"message": json.loads(expected)}, context.answer.text


@then("I get its bytes and metadata back")
def check_document(context):
    assert context.answer.json()["message"] == context.document


@then('the log says "{target}" "CREATE" of it')
def log_says_create(context, target):
    log_says(context, target, f"CREATE {context.module}")


@then('the log says "{target}" "DELETE" of it')
def log_says_delete(context, target):
    log_says(context, target, f"DELETE {context.module}")


@then('the log says "{target}" "{text}"')
def log_says(context, target, text):
    line = re.compile(rf"^\S+ \| {target} \| \S+ - {re.escape(text)}$", re.MULTILINE)
    eventually(lambda: line.search(context.wess.log_path.read_text()), what=f"the line {text!r}")


@then("every line of the log has Wess's form")
def check_log(context):
    for line in context.wess.log_lines():
        assert LOG_LINE.fullmatch(line), line


@then("the metrics hold")
def check_metrics(context):
    text = context.wess.call("GET", "/metrics").text
    for row in context.table:
        assert f"# TYPE {row['name']} " in text, row["name"]

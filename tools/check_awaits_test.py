import check_awaits
import pytest


def problems(body):
    return [problem for _, problem in check_awaits.problems_of(f"Task<int> f() {{\n{body}\n}}\n")]


@pytest.mark.parametrize(
    "statement",
    [
        "co_await g(a, b);",
        "auto x = co_await g(a, std::move(b));",
        "auto [x, y] = co_await g();",
        "x_ = co_await g(size());",
        "(void)co_await g();",
        "co_return co_await g<int, void(Value)>(start, token);",
        "CO_ASSIGN_OR_RETURN(auto x, co_await g(a));",
        "CO_ASSIGN_OR_RETURN(\n    const auto& x, co_await g(a));",
        "CO_RETURN_IF_ERROR(co_await g(a));",
        "if (ready) co_await g(a);",
        "for (int i = 0; i < 3; ++i) co_await g(i);",
        "switch (x) { case Kind::A: co_await g(a); }",
        "auto home = co_await asio::this_coro::executor;",
        'say("if (co_await f())");  // x(co_await y)',
    ],
)
def test_standing_alone_is_fine(statement):
    assert problems(statement) == []


@pytest.mark.parametrize(
    "statement",
    [
        "if (co_await g()) return;",
        "if (auto x = co_await g(); x) return;",
        "while (!co_await g()) {}",
        "h(co_await g());",
        "auto x = h(co_await g());",
        "auto x = *co_await g();",
        "auto x = (co_await g()).value();",
        "co_return 1 + co_await g();",
        "auto x = co_await g(co_await h());",
    ],
)
def test_an_await_inside_an_expression_is_found(statement):
    assert problems(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "co_await g(Options{.x = 1});",
        "auto x = co_await g({1, 2});",
        'co_await g(std::string("a"));',
        "co_await g(make(a));",
    ],
)
def test_an_argument_built_inside_is_found(statement):
    assert problems(statement)


def test_a_capturing_coroutine_lambda_is_found():
    assert problems("auto g = [this, x](int y) -> Task<void> { co_return; };")
    assert problems("spawn(executor, [&] { co_await h(); });")


def test_other_lambdas_are_fine():
    assert problems("auto g = [](int y) -> Task<void> { co_return; };") == []
    assert problems("auto g = [this] { return h(); };") == []
    assert problems("auto g = [x] { return [](int y) -> Task<void> { co_return; }; };") == []
    assert problems("auto y = table[i]; co_return y;") == []

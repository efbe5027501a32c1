from types import SimpleNamespace

import figures
from figures import Ratio


def measured(**requests_per_second):
    return {
        name: SimpleNamespace(requests_per_second=value, cpu_us=2.0, p50_us=1000, p99_us=2000)
        for name, value in requests_per_second.items()
    }


def test_a_ratio_is_the_median_of_the_ratios_within_rounds():
    # The second round ran on a machine ten times slower, which its own ratio does not show.
    rounds = [measured(a=50, b=100), measured(a=6, b=10), measured(a=90, b=100)]

    row = figures.ratio_row(Ratio("a / b", "a", "b", at_least=0.55, aim=0.7), rounds)

    assert row == figures.Row("a / b", "0.60", "0.55", "0.7", met=True)


def test_a_ratio_below_what_is_wanted_is_not_met():
    row = figures.ratio_row(Ratio("a / b", "a", "b", at_least=0.61), [measured(a=6, b=10)])

    assert row.met is False


def test_a_ratio_with_somebody_absent_is_neither_met_nor_missed():
    row = figures.ratio_row(Ratio("a / b", "a", "b", at_least=0.5, aim=1), [measured(a=6)])

    assert row == figures.Row("a / b", figures.NOT_MEASURED, "0.5", "1", met=None)


def test_bounds_hold_from_their_own_value_on():
    assert figures.at_least("x", 0.8, 0.8).met
    assert not figures.at_least("x", 0.79, 0.8).met
    assert figures.at_most("x", 3.0, 3, "ms").met
    assert not figures.at_most("x", 3.01, 3, "ms").met


def test_every_ratio_is_of_contestants_that_exist():
    from contestants import CONTESTANTS, SERVERS

    names = {contestant.name for contestant in CONTESTANTS}

    assert {name for ratio in figures.RATIOS for name in (ratio.over, ratio.under)} <= names
    assert {contestant.server for contestant in CONTESTANTS} == set(SERVERS)


def test_contestants_that_were_not_measured_have_no_line():
    text = figures.contestants_table(["a", "absent"], [measured(a=1234.4)])

    assert text.splitlines()[2:] == [
        "| a          | 1,234      | 2.0                    | 1.00    | 2.00    |"
    ]

import outcome


def report_of(folder, text):
    report = folder / "report.xml"
    report.write_text(f"<testsuites><testsuite>{text}</testsuite></testsuites>")
    return report


def test_cases_are_counted_by_how_they_ended(tmp_path):
    report = report_of(
        tmp_path,
        "<testcase/><testcase/><testcase classname='a' name='b'><failure/></testcase>"
        "<testcase classname='c' name='d'><error/></testcase><testcase><skipped/></testcase>",
    )

    expected = outcome.Outcome(passed=2, failed=2, skipped=1, failures=("a::b", "c::d"))
    assert outcome.of_junit(report, 1) == expected


def test_a_run_that_ends_badly_is_a_failure_even_if_every_case_passed(tmp_path):
    report = report_of(tmp_path, "<testcase/>")

    assert outcome.of_junit(report, 139).failed == 1


def test_a_run_without_a_report_is_a_failure(tmp_path):
    assert outcome.of_junit(tmp_path / "missing.xml", 0).failed == 1


def test_a_run_without_cases_is_a_failure(tmp_path):
    assert outcome.of_junit(report_of(tmp_path, ""), 0).failed == 1


def test_what_passes_when_repeated_is_flaky():
    first = outcome.Outcome(passed=5, failed=2, failures=("a::b", "a::c"))

    again = outcome.after_repeating(first, outcome.Outcome(passed=1, failed=1, failures=("a::b",)))

    assert again == outcome.Outcome(passed=6, failed=1, failures=("a::b",), flaky=("a::c",))


def test_a_repetition_that_broke_changes_nothing():
    first = outcome.Outcome(passed=5, failed=1, failures=("a::b",))

    assert outcome.after_repeating(first, outcome.FAILED) == first
    assert outcome.after_repeating(first, outcome.Outcome(failed=1, failures=("x::y",))) == first

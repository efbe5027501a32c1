import pytest

import load

CALL = load.Call("/")
RESULT = {"requests": 400, "seconds": 2.0, "lost": 0, "refused": 0, "p50_us": 10, "p99_us": 20}


def test_what_was_measured_is_read_from_among_wrks_own_lines():
    output = 'Running 1s test\n  1 threads\n{"requests":7,"seconds":1.000000}\nRequests/sec: 7\n'

    assert load.parse_wrk(output) == {"requests": 7, "seconds": 1.0}


def test_figures_are_for_each_request():
    measured = load.to_measurement(RESULT, 0.004, CALL)

    assert measured == load.Measurement(200.0, 10.0, 10, 20)


@pytest.mark.parametrize("wrong", [{"lost": 1}, {"refused": 1}, {"requests": 0}])
def test_a_run_with_a_bad_answer_gives_no_figure(wrong):
    with pytest.raises(load.MeasurementFailed):
        load.to_measurement({**RESULT, **wrong}, 1.0, CALL)


def test_where_404_is_right_every_answer_must_be_one():
    missing = load.Call("/none", status=404)

    load.to_measurement({**RESULT, "refused": 400}, 1.0, missing)
    with pytest.raises(load.MeasurementFailed):
        load.to_measurement({**RESULT, "refused": 399}, 1.0, missing)

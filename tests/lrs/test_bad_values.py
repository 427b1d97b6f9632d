"""Bad times, durations and scores, by name: refused means nothing is stored, accepted that it reads back."""

import pytest

from lms.lrs import rules

from .samples import statement
from .verdicts import PLAIN, kept_as_sent, refused

TIMES_REFUSED = [
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T23:60:00Z",
    "2026-01-01T23:59:60Z",
    "2026-01-01T00:00:00-00:00",
    "2026-01-01T00:00:00-0000",
    "2026-01-01T00:00:00-00",
    "2026-01-01T00:00:00+99:00",
    "2026-01-01T00:00:00+00:60",
    "10000-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01",
    "2026-01-01T00Z",
    "2026-W01-1T00:00:00Z",
    "2026-001T00:00:00Z",
    "20260101T000000Z",
    "2026-01-01 00:00:00Z",
    "01/01/2026",
    "now",
    "infinity",
    "",
    "0",
    1767225600,
    None,
    True,
    "2026-01-01T00:00:00Z\n",
    "\u0662\u0660\u0662\u0666-01-01T00:00:00Z",
    "2026-01-01T00:00:00." + "1" * 31 + "Z",
    "2026-01-01T00:00:00." + "1" * 900_000 + "Z",
    "2026-01-01T00:00Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01t00:00:00z",
    " 2026-01-01T00:00:00Z",
    "+2026-01-01T00:00:00Z",
    "44 BC",
    "12026-01-01T00:00:00Z",
    "2026-01-01T00:00:00ZZ",
    "2026-01-01T00:00:00 WITA",
    "today",
    "epoch",
    [],
    {},
]
TIMES_ACCEPTED = [
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.1Z",
    "2026-01-01T00:00:00.123456789Z",
    "2026-01-01T08:00:00+08:00",
    "2026-01-01T08:00:00+0800",
    "2026-01-01T08:00:00+08",
    "2024-02-29T00:00:00-03:30",
    "2026-01-01T00:00:00",
    "1970-01-01T00:00:00Z",
    "2999-12-31T23:59:59Z",
]
DURATIONS_REFUSED = [
    "P",
    "PT",
    "P1Y2M3DT",
    "P4W1D",
    "-PT1S",
    "PT-1S",
    "P1S",
    "PT1D",
    "1H",
    "PT1.5H1M",
    "P1.5YT1S",
    "pt1s",
    "PT1S ",
    "",
    "PT1,S",
    "PT\u0661S",
    "P0001-02-03T04:05:06",
    60,
    None,
    "PT1S\n",
    "P" + "1" * 31 + "Y",
    "PT" + "1" * 900_000 + "S",
    "P1M1Y",
    "PT1S1H",
    "PT1.S",
    "PTS",
    "P1",
    "+PT1S",
    "PT1H30",
    "1:30:00",
    [],
]
DURATIONS_ACCEPTED = [
    "PT0S",
    "PT16559.14S",
    "P3Y1M29DT4H35M59.14S",
    "P4W",
    "P3Y",
    "PT1.5H",
    "PT1,5H",
    "P1Y2M3DT4H5M6.789012345S",
    "PT36H",
    "P0D",
]
SCORES_REFUSED = [
    '{"scaled":1.0001}',
    '{"scaled":-1.0001}',
    '{"scaled":1.00000000000000000001}',
    '{"scaled":"0.5"}',
    '{"scaled":true}',
    '{"scaled":null}',
    '{"scaled":[0.5]}',
    '{"raw":11,"max":10}',
    '{"raw":-1,"min":0}',
    '{"min":10,"max":1}',
    '{"min":1,"max":1}',
    '{"raw":"5"}',
    '{"Scaled":0.5}',
    '{"percent":5}',
    "0.5",
    '"0.5"',
    "[]",
    "null",
    '{"scaled":NaN}',
    '{"scaled":1e999}',
    '{"scaled":1e300}',
    '{"raw":true}',
    '{"raw":10.000000000000000001,"max":10}',
    '{"min":"0","max":"1"}',
    '{"max":null}',
    '{"scaled":0.5,"scaled":1}',
    '{"raw":{}}',
]
SCORES_ACCEPTED = [
    '{"scaled":1}',
    '{"scaled":-1.0}',
    '{"scaled":0}',
    '{"raw":10,"min":0,"max":10}',
    '{"raw":-5}',
    '{"raw":1e300,"max":1e301}',
    '{"scaled":0.99999999999999999999}',
    '{"scaled":1.0000000000000000000000}',
    '{"scaled":-0.0}',
    '{"scaled":0.5,"raw":-100,"min":-1000.5,"max":-1}',
    '{"raw":0.1,"min":0.10,"max":1E1}',
    '{"min":0}',
    "{}",
]


@pytest.mark.parametrize("value", TIMES_REFUSED, ids=lambda value: repr(value)[:60])
def test_timestamps_that_are_refused(store, kept, value):
    refused(store, kept, statement() | {"timestamp": value})


@pytest.mark.parametrize("value", TIMES_ACCEPTED, ids=lambda value: repr(value)[:60])
def test_timestamps_that_are_accepted(store, kept, value):
    kept_as_sent(store, kept, statement(timestamp=value))


@pytest.mark.parametrize("value", DURATIONS_REFUSED, ids=lambda value: repr(value)[:60])
def test_durations_that_are_refused(store, kept, value):
    refused(store, kept, statement(result={"duration": value}))


@pytest.mark.parametrize("value", DURATIONS_ACCEPTED, ids=lambda value: repr(value)[:60])
def test_durations_that_are_accepted(store, kept, value):
    kept_as_sent(store, kept, statement(result={"duration": value}))


@pytest.mark.parametrize("score", SCORES_REFUSED)
def test_scores_that_are_refused(store, kept, score):
    refused(store, kept, PLAIN % f',"result":{{"score":{score}}}')


@pytest.mark.parametrize("score", SCORES_ACCEPTED)
def test_scores_that_are_accepted(store, kept, score):
    kept_as_sent(store, kept, PLAIN % f',"result":{{"score":{score}}}')


def test_success_on_a_verb_that_says_failed_is_kept_and_judged_by_nobody_here(store, kept):
    back = kept_as_sent(
        store,
        kept,
        statement(verb={"id": "http://adlnet.gov/expapi/verbs/failed"}, result={"success": True, "score": {"raw": 99}}),
    )
    assert back["result"]["success"] is True


def test_a_moment_of_the_first_centuries_is_written_with_four_digits():
    assert rules.written(rules.moment("0026-01-01T00:00:00Z")) == "0026-01-01T00:00:00.000000Z"


def test_no_input_of_these_tables_has_disappeared():
    assert (len(TIMES_REFUSED), len(TIMES_ACCEPTED)) == (46, 10)  # timestamps and durations: 18 were asked for
    assert (len(DURATIONS_REFUSED), len(DURATIONS_ACCEPTED)) == (31, 10)
    assert (len(SCORES_REFUSED), len(SCORES_ACCEPTED)) == (27, 13)  # scores and results: 12 were asked for

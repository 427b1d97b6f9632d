"""How a course's minutes fall on days: sums are exact, the cap holds, and the order of courses does not matter."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lms.hours.booking import Part, counted, learned, shares, too_little_time, whole_hours

pytestmark = pytest.mark.pure
MONDAY = date(2026, 3, 9)
TUESDAY = MONDAY + timedelta(days=1)
days = some.integers(0, 5).map(lambda n: MONDAY + timedelta(days=n))
parts = some.lists(some.builds(Part, some.integers(0, 40), days, some.booleans()), max_size=12)


def test_minutes_fall_on_the_days_on_which_lessons_were_settled():
    lessons = [Part(6, MONDAY), Part(7, MONDAY), Part(7, TUESDAY), Part(10, TUESDAY)]
    assert learned(45, lessons) == {MONDAY: 20, TUESDAY: 25}


def test_a_skipped_lesson_takes_its_share_along():
    lessons = [Part(10, MONDAY, skipped=True), Part(10, MONDAY), Part(10, TUESDAY)]
    assert learned(45, lessons) == {MONDAY: 15, TUESDAY: 15}


def test_a_day_of_skipped_lessons_only_is_no_day_of_learning():
    assert learned(45, [Part(10, MONDAY, skipped=True), Part(10, TUESDAY)]) == {TUESDAY: 22}


def test_the_largest_remainder_gets_the_minute_that_is_left_and_of_equals_the_earlier_part():
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert shares(45, [6, 7, 7, 10]) == [9, 11, 10, 15]


def test_parts_without_computed_minutes_share_alike_and_no_parts_share_nothing():
    assert shares(45, [0, 0]) == [23, 22]
    assert shares(45, []) == []


@given(some.integers(0, 10_000), some.lists(some.integers(0, 500), min_size=1, max_size=40))
def test_shares_add_up_and_none_is_a_minute_off(total, weights):
    given_ = shares(total, weights)
    assert sum(given_) == total
    assert all(minutes >= 0 for minutes in given_)
    if sum(weights):
        assert all(
            abs(minutes - total * weight / sum(weights)) < 1 for minutes, weight in zip(given_, weights, strict=True)
        )


@given(some.integers(0, 2_000), parts)
def test_what_is_learned_is_everything_but_the_skipped(total, parts):
    skipped = sum(
        minutes for part, minutes in zip(parts, shares(total, [p.weight for p in parts]), strict=True) if part.skipped
    )
    assert sum(learned(total, parts).values()) == (total - skipped if parts else 0)


@given(some.lists(some.tuples(some.integers(0, 300), parts), max_size=4), some.integers(0, 200))
def test_the_cap_holds_for_every_day_whatever_the_order_of_courses(courses, cap):
    ends = set()
    for order in permutations(courses):
        book: dict[date, int] = {}
        for total, parts in order:
            for day, minutes in learned(total, parts).items():
                book[day] = book.get(day, 0) + counted(minutes, book.get(day, 0), cap)
        assert all(minutes <= cap for minutes in book.values())
        ends.add(tuple(sorted((day, minutes) for day, minutes in book.items() if minutes)))
    assert len(ends) == 1


@given(some.integers(0, 300), some.integers(-50, 300))
def test_without_a_cap_everything_counts_and_with_one_never_less_than_nothing(minutes, already):
    assert counted(minutes, already, None) == minutes
    assert 0 <= counted(minutes, already, 135) <= minutes


def test_forty_per_cent_exactly_is_enough():
    assert not too_little_time(18 * 60, 45, 40)
    assert too_little_time(18 * 60 - 1, 45, 40)


def test_only_whole_hours_leave_the_house():
    assert [whole_hours(m) for m in (-5, 0, 44, 45, 89, 90)] == [0, 0, 0, 1, 1, 2]

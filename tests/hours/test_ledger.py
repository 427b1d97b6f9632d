"""The hours ledger: what counts, on which day, under which rule, and what happens when a completion falls."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import delete, select, text, update

from lms.core import clock, db
from lms.core.audit import AuditEntry
from lms.core.errors import Invalid
from lms.hours import actions, checks, queries
from lms.hours.errors import (
    AlreadyDecided,
    HoursAreNeverChanged,
    MinutesNotApproved,
    NoRule,
    NoteIsMissing,
    NotYoursToDecide,
    RuleBeginsInThePast,
)
from lms.hours.models import HoursEntry, HoursReview, HoursRule
from lms.people.models import Person
from lms.people.roles import Role
from lms.progress.events import CompletionWithdrawn
from tests.hours.finished import a_course, a_place, finish, unfinish, utc

MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)


def credit(event) -> None:
    with db.transaction():
        actions.credit(event)


def takes_back(place) -> None:
    with db.transaction():
        unfinish(place)
        actions.withdraw(CompletionWithdrawn(str(place.registration), place.id))


def lines(person: Person) -> list[tuple]:
    return [(row.day, row.kind, row.learned, row.minutes) for row in reversed(queries.ledger(person, 2026))]


def review_of(person: Person) -> HoursReview:
    return db.session.scalars(select(HoursReview).where(HoursReview.person_id == person.id)).one()


def test_minutes_are_dated_to_the_days_on_which_lessons_were_settled_in_the_units_zone(a):
    ana = a.person()
    place = a_place(ana, a_course([10, 10, 10], posttest=15))
    credit(finish(place, [utc(9, 3), utc(9, 15, 59), utc(9, 16)], end=utc(10, 2)))  # 16.00 UTC is midnight in Makassar
    assert lines(ana) == [(MONDAY, "credit", 20, 20), (TUESDAY, "credit", 25, 25)]
    assert queries.minutes_of_year(ana, 2026) == 45
    assert queries.minutes_of_year(ana, 2025) == 0
    [first, second] = queries.standing(place.registration)
    assert len(first.evidence) == 2 and len(second.evidence) == 2
    assert second.evidence[-1] == second.cause
    assert (first.active_seconds, second.active_seconds) == (1800, 900)


def test_the_day_is_that_of_the_unit_in_which_they_worked_then(a):
    papua = a.person(unit=a.unit("Distrik", zone="Asia/Jayapura"))
    place = a_place(papua, a_course())
    credit(finish(place, [utc(9, 15, 30)] * 3))  # half past midnight on Tuesday in Jayapura, Monday still in Makassar
    assert lines(papua) == [(TUESDAY, "credit", 45, 45)]


def test_telling_it_twice_books_it_once(a):
    ana = a.person()
    done = finish(a_place(ana, a_course()), [utc(9, 3)] * 3)
    credit(done)
    credit(done)
    assert len(lines(ana)) == 1


def test_what_is_not_completed_is_not_booked(a):
    ana = a.person()
    place = a_place(ana, a_course())
    done = finish(place, [utc(9, 3)] * 3)
    with db.transaction():
        unfinish(place)
    credit(done)
    assert lines(ana) == []


def test_a_skipped_lesson_counts_for_no_hours(a):
    ana = a.person()
    credit(finish(a_place(ana, a_course([10, 10, 10], posttest=15)), [utc(9, 3)] * 3, skipped=[0]))
    assert lines(ana) == [(MONDAY, "credit", 35, 35)]


def test_a_course_that_was_skipped_altogether_books_nothing_and_waits_for_nobody(a):
    ana = a.person()
    credit(finish(a_place(ana, a_course([10, 10], posttest=0)), [utc(9, 3)] * 2, skipped=[0, 1], active=0))
    assert lines(ana) == []
    assert queries.reviews_of(ana) == []


def test_over_all_courses_at_most_three_jp_of_a_day_count_and_the_rest_is_shown_as_learned(a):
    ana = a.person()
    for _ in range(2):
        credit(finish(a_place(ana, a_course([50, 35], posttest=5, approved=90)), [utc(9, 3)] * 2, active=90 * 60))
    assert lines(ana) == [(MONDAY, "credit", 90, 90), (MONDAY, "credit", 90, 45)]
    assert [row.uncounted for row in queries.ledger(ana, 2026)] == [45, 0]
    credit(finish(a_place(ana, a_course()), [utc(9, 4)] * 3))
    assert lines(ana)[-1] == (MONDAY, "credit", 45, 0)
    assert queries.minutes_of_year(ana, 2026) == 135
    assert checks.verify() == []


def test_courses_finished_at_once_never_pass_the_cap(a):
    ana = a.person()
    done = [finish(a_place(ana, a_course()), [utc(9, 3)] * 3) for _ in range(8)]
    number = ana.id
    db.session.remove()

    def book(event):
        with db.scope(), db.transaction():
            actions.credit(event)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(book, done))
    db.session.rollback()
    ana = db.session.get_one(Person, number)
    assert queries.minutes_of_year(ana, 2026) == 135
    assert sum(row[2] for row in lines(ana)) == 8 * 45
    assert checks.verify() == []


def test_little_active_time_waits_for_a_person_with_the_reason(a):
    chief = a.person(name="Kepala BKPSDM", roles=[Role.AGENCY_HR], scope=a.agency())
    clerk = a.person(roles=[Role.UNIT_HR], scope=a.agency())
    ana = a.person(name="Ana")
    place = a_place(ana, a_course())
    done = finish(place, [utc(9, 3)] * 3, active=18 * 60 - 1)
    credit(done)
    credit(done)
    review = review_of(ana)
    assert (review.reason, review.minutes, review.share, review.active_seconds) == ("active_share", 45, 40, 18 * 60 - 1)
    assert queries.minutes_of_year(ana, 2026) == 0
    assert [(one.review.uuid, one.person.name) for one in queries.waiting(chief)] == [(review.uuid, "Ana")]
    assert queries.waiting(clerk) == queries.waiting(ana) == []

    for somebody in (clerk, ana):
        with pytest.raises(NotYoursToDecide), db.transaction():
            actions.decide(review, somebody, True, "Saya lihat sendiri.")
    with pytest.raises(NoteIsMissing), db.transaction():
        actions.decide(review, chief, True, "  ")
    with db.transaction():
        actions.decide(review_of(ana), chief, True, "Belajar dari cetakan; saya lihat catatannya.")
    assert lines(ana) == [(MONDAY, "credit", 45, 45)]
    assert queries.ledger(ana, 2026)[0].reviewed
    assert (review_of(ana).state, review_of(ana).decided_by_id) == ("accepted", chief.id)
    [noted] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "hours.decided"))
    assert (noted.person_id, noted.about_person_id, noted.details["accepted"]) == (chief.id, ana.id, True)
    with pytest.raises(AlreadyDecided), db.transaction():
        actions.decide(review_of(ana), chief, False, "Sekali lagi.")
    credit(done)
    assert len(lines(ana)) == 1
    assert checks.verify() == []


def test_what_is_refused_stays_refused_when_it_is_told_again(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person()
    done = finish(a_place(ana, a_course()), [utc(9, 3)] * 3, active=60)
    credit(done)
    with db.transaction():
        actions.decide(review_of(ana), chief, False, "Tidak ada tanda belajar.")
    credit(done)
    assert lines(ana) == []
    assert [one.state for one in queries.reviews_of(ana)] == ["rejected"]
    assert queries.waiting(chief) == []
    assert checks.verify() == []


def test_nobody_decides_about_their_own(a):
    chief = a.person(roles=[Role.AGENCY_HR], scope=a.agency())
    credit(finish(a_place(chief, a_course()), [utc(9, 3)] * 3, active=60))
    assert queries.waiting(chief) == []
    with pytest.raises(NotYoursToDecide), db.transaction():
        actions.decide(review_of(chief), chief, True, "Saya tahu.")


def test_a_course_without_approved_minutes_waits_until_they_are(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person()
    version = a_course(approved=None)
    credit(finish(a_place(ana, version), [utc(9, 3)] * 3))
    assert review_of(ana).reason == "no_minutes"
    with pytest.raises(MinutesNotApproved), db.transaction():
        actions.decide(review_of(ana), chief, True, "Baik.")
    assert review_of(ana).state == "waiting"
    with db.transaction():
        db.session.merge(version).minutes_approved = 40
    with db.transaction():
        actions.decide(review_of(ana), chief, True, "Menit sudah disetujui.")
    assert lines(ana) == [(MONDAY, "credit", 40, 40)]


def test_a_completion_that_falls_is_taken_back_and_a_new_one_counts_again(a):
    ana = a.person()
    place = a_place(ana, a_course())
    credit(finish(place, [utc(9, 3)] * 3))
    takes_back(place)
    takes_back(place)
    assert lines(ana) == [(MONDAY, "credit", 45, 45), (MONDAY, "counter", -45, -45)]
    assert queries.minutes_of_year(ana, 2026) == 0
    assert [row.taken_back for row in queries.ledger(ana, 2026)] == [False, True]
    credit(finish(place, [utc(10, 3)] * 3))
    assert queries.minutes_of_year(ana, 2026) == queries.minutes_of_place(place.registration) == 45
    assert [entry.turn for entry in queries.standing(place.registration)] == [1]
    assert checks.verify() == []


def test_what_is_taken_back_makes_room_for_what_comes_later_only(a):
    ana = a.person()
    long = a_course([120], posttest=15, approved=135)
    first, second, third = (a_place(ana, version) for version in (long, a_course(), a_course()))
    credit(finish(first, [utc(9, 1)], active=135 * 60))
    credit(finish(second, [utc(9, 3)] * 3))
    takes_back(first)
    assert queries.minutes_of_place(second.registration) == 0
    credit(finish(third, [utc(9, 4)] * 3))
    assert queries.minutes_of_place(third.registration) == 45
    assert checks.verify() == []


def test_a_review_falls_with_its_completion(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person()
    place = a_place(ana, a_course())
    credit(finish(place, [utc(9, 3)] * 3, active=60))
    takes_back(place)
    assert queries.waiting(chief) == [] == queries.reviews_of(ana)
    with pytest.raises(AlreadyDecided), db.transaction():
        actions.decide(review_of(ana), chief, True, "Terlambat.")
    credit(finish(place, [utc(10, 3)] * 3, active=60))
    assert [(one.review.turn, one.review.state) for one in queries.waiting(chief)] == [(1, "waiting")]


def test_rules_load_once_and_what_an_agency_set_stays(a):
    with db.transaction():
        assert actions.load_rules() == 0
    names = {rule.name for rule in db.session.scalars(select(HoursRule))}
    assert names == {"annual_target", "annual_ceiling", "daily_cap", "active_share", "jp_minutes", "conversion"}
    assert all(rule.source for rule in db.session.scalars(select(HoursRule)))


def test_targets_and_ceilings_go_by_employment(a):
    pns, pppk = a.person(), a.person(kind="pppk")
    assert (queries.target_of(pns, 2026), queries.ceiling_of(pns, 2026)) == (20 * 45, None)
    assert (queries.target_of(pppk, 2026), queries.ceiling_of(pppk, 2026)) == (None, 24 * 45)
    assert queries.target_of(pns, 2016) is None
    assert queries.targets_of_people([pns, pppk], 2026) == {pns.id: 900}


def test_an_agency_sets_its_own_figure_from_a_day_on(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person()
    credit(finish(a_place(ana, a_course()), [utc(9, 3)] * 3))
    before = queries.rule(ana, "daily_cap", MONDAY, "e-learning")
    with db.transaction():
        made = actions.change_rule(before, chief, 1, 2, TUESDAY, "Surat Edaran Wali Kota 1/2026")
    credit(finish(a_place(ana, a_course([45, 40], posttest=5, approved=90)), [utc(10, 3)] * 2, active=90 * 60))
    credit(finish(a_place(ana, a_course([45, 40], posttest=5, approved=90)), [utc(9, 4)] * 2, active=90 * 60))
    assert lines(ana) == [(MONDAY, "credit", 45, 45), (MONDAY, "credit", 90, 90), (TUESDAY, "credit", 90, 45)]
    assert {entry.rule_id for entry in db.session.scalars(select(HoursEntry))} == {before.id, made.id}
    assert checks.verify() == []
    today = queries.rules_shown(a.agency().id, MONDAY)
    caps = [(r.value, r.agency_id) for r in today if (r.name, r.form) == ("daily_cap", "e-learning")]
    assert caps == [(3, None), (1, a.agency().id)]
    assert [r.value for r in queries.rules_shown(None, TUESDAY) if (r.name, r.form) == ("daily_cap", "e-learning")] == [
        3
    ]
    [noted] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "hours.rule_changed"))
    assert (noted.details["before"], noted.details["after"]) == (3, 1)


def test_a_figure_can_be_lifted_and_then_everything_counts(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person()
    with db.transaction():
        cap = queries.rule(ana, "daily_cap", MONDAY, "e-learning")
        actions.change_rule(cap, chief, None, None, MONDAY, "Keputusan Wali Kota")
    credit(finish(a_place(ana, a_course([180], posttest=20, approved=200)), [utc(9, 3)], active=200 * 60))
    assert lines(ana) == [(MONDAY, "credit", 200, 200)]
    assert checks.verify() == []


def test_a_figure_needs_a_hat_a_source_a_day_to_come_and_sense(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person()
    share = queries.rule(ana, "active_share", MONDAY)
    for by, value, day, source, problem in (
        (ana, 50, TUESDAY, "SE", NotYoursToDecide),
        (chief, 50, TUESDAY, " ", NoteIsMissing),
        (chief, 50, date(2026, 3, 8), "SE", RuleBeginsInThePast),
        (chief, 101, TUESDAY, "SE", Invalid),
        (chief, -1, TUESDAY, "SE", Invalid),
    ):
        with pytest.raises(problem), db.transaction():
            actions.change_rule(share, by, value, None, day, source)


def test_a_missing_rule_is_said(a):
    with pytest.raises(NoRule):
        queries.rule(a.person(), "daily_cap", date(1999, 1, 1), "e-learning")


def test_siasn_is_told_whole_hours_of_what_counts(a):
    ana = a.person()
    place = a_place(ana, a_course([80], posttest=9, approved=89))
    credit(finish(place, [utc(9, 3)], active=89 * 60))
    assert queries.siasn_hours(place.registration) == 1


def test_the_ledger_refuses_to_be_changed(a):
    ana = a.person()
    credit(finish(a_place(ana, a_course()), [utc(9, 3)] * 3))
    for table in (HoursEntry, HoursRule):
        with pytest.raises(HoursAreNeverChanged), db.transaction():
            db.session.scalars(select(table)).first().source = "x"
            db.session.scalars(select(table)).first().minutes = 9000
            db.session.scalars(select(table)).first().value = 9000
            db.session.flush()
        with pytest.raises(HoursAreNeverChanged), db.transaction():
            db.session.delete(db.session.scalars(select(table)).first())
            db.session.flush()
        with pytest.raises(HoursAreNeverChanged), db.transaction():
            db.session.execute(update(table).values(id=1))
        with pytest.raises(HoursAreNeverChanged), db.transaction():
            db.session.execute(delete(table))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE hours_entry SET minutes = 44 WHERE minutes > 0", "44 minutes count, and 45 should"),
        ("UPDATE hours_entry SET learned = 90, minutes = 90 WHERE minutes > 0", "90 minutes were learned"),
        ("UPDATE hours_entry SET course_minutes = 90 WHERE minutes > 0", "booked for 90 approved minutes"),
        ("UPDATE hours_entry SET cause = 'x' WHERE minutes > 0", "not of this place's person and completion"),
        ("UPDATE hours_entry SET day = '2026-03-11' WHERE minutes > 0", "are missing"),
        ("UPDATE hours_entry SET kind = 'counter'", "takes nothing back"),
        ("UPDATE hours_entry SET registration = '0190b7f4000070008000000000000000'", "nobody's place"),
        ("DELETE FROM hours_entry", "neither booked nor waiting"),
    ],
)
def test_a_row_altered_behind_our_back_is_named(a, change, says):
    place = a_place(a.person(), a_course())
    credit(finish(place, [utc(9, 3)] * 3))
    with db.transaction():
        db.session.execute(text(change))
    assert says in " ".join(found.says for found in checks.verify())


def test_a_counter_entry_altered_and_a_decision_forged_are_named(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person()
    place = a_place(ana, a_course())
    credit(finish(place, [utc(9, 3)] * 3))
    takes_back(place)
    other = finish(a_place(ana, a_course()), [utc(9, 3)] * 3, active=1)
    credit(other)
    with db.transaction():
        db.session.execute(text("UPDATE hours_entry SET minutes = -1 WHERE kind = 'counter'"))
        db.session.execute(
            text("UPDATE hours_review SET state = 'accepted', decided_by_id = :by, decided_at = :at"),
            {"by": chief.id, "at": clock.now()},
        )
    says = " ".join(found.says for found in checks.verify())
    assert "not the exact opposite" in says
    assert "audit log does not know this decision" in says


def test_an_entry_whose_course_is_no_longer_completed_is_named(a):
    place = a_place(a.person(), a_course())
    credit(finish(place, [utc(9, 3)] * 3))
    with db.transaction():
        unfinish(place)
    assert [found.says for found in checks.verify()] == ["its course is not completed"]

"""The end of a course: what was earned, what changes tomorrow, how it was."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from lms.core import db
from lms.home import actions, statements
from lms.home.errors import AlreadyAnswered, NotFinishedYet
from lms.home.models import ActionPlan, Reaction
from lms.lrs import queries as lrs
from lms.progress import actions as folding
from lms.progress import queries as progress
from tests.factories import Factories
from tests.home.learning import enrols, finishes, learns

MARKS = {"useful": "5", "clear": "4", "worth_the_time": "3"}


def send(client, place, what: str, data: dict[str, str]):
    """Fill in a form of the completion page."""
    page = client.get("/more").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    return client.post(f"/learn/{place.uuid}/{what}", data={"csrf_token": token} | data)


def said(place, thing: str) -> list[dict]:
    """The statements about this part of the completion page."""
    db.session.rollback()
    return [s.body for s in lrs.of_registration(place.registration) if s.activity.endswith(thing)]


def test_what_was_earned_in_words(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    place = finishes(ana, course, work)
    page = a.client(ana).get(f"/learn/{place.uuid}/done").text
    minutes = course.version.minutes_approved
    assert f"Selesai. {minutes} menit = " in page and "masuk catatan Anda" in page
    highest = {o.competency.name: o.level for o in sorted(course.version.outcomes, key=lambda o: o.level)}
    for name, level in highest.items():
        assert f"{name} level {level}" in page
    assert "didukung" in page and "Mengapa?" in page
    assert course.version.action_plan in page


def test_hours_that_wait_say_why(a: Factories, work: Callable[[], int]):
    ana = a.person()
    place = finishes(ana, a.course("antikorupsi"), work, share=0.05)
    page = a.client(ana).get(f"/learn/{place.uuid}/done").text
    assert "menunggu pemeriksaan" in page and "40 persen" in page and "1 JP masuk" not in page


def test_over_the_daily_limit_the_rest_is_learned_only(a: Factories, work: Callable[[], int]):
    ana = a.person()
    for slug in ("antikorupsi", "berakhlak", "pelayanan-prima"):
        place = finishes(ana, a.course(slug), work)
    page = a.client(ana).get(f"/learn/{place.uuid}/done").text
    assert "batas harian sudah tercapai" in page


def test_before_the_end_nothing_is_earned(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    place = enrols(ana, course)
    learns(place, work, lessons=2)
    client = a.client(ana)
    page = client.get(f"/learn/{place.uuid}/done").text
    assert "belum selesai" in page and 'name="text"' not in page
    assert client.get(f"/learn/{place.uuid}/questionnaire").location == f"/learn/{place.uuid}/done"
    with pytest.raises(NotFinishedYet), db.transaction():
        actions.write_plan(place, "Besok saya mulai.")


def test_the_plan_is_kept_and_is_a_statement(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    place = finishes(ana, course, work)
    client = a.client(ana)
    answer = send(client, place, "done", {"text": "Besok saya tolak  parsel di loket 3."})
    assert answer.status_code == 303
    [one] = said(place, "/action-plan")
    assert one["verb"]["id"] == statements.RESPONDED["id"]
    assert one["result"]["response"] == "Besok saya tolak parsel di loket 3."
    assert "Besok saya tolak parsel di loket 3." in client.get(f"/learn/{place.uuid}/done").text
    send(client, place, "done", {"text": "Besok saya tolak parsel di loket 3."})
    assert len(said(place, "/action-plan")) == 1
    send(client, place, "done", {"text": "Besok saya lapor UPG."})
    assert len(said(place, "/action-plan")) == 2
    assert [p.text for p in db.session.scalars(select(ActionPlan))] == ["Besok saya lapor UPG."]


def test_an_empty_plan_keeps_what_was_there_and_says_what_is_missing(a: Factories, work: Callable[[], int]):
    ana = a.person()
    place = finishes(ana, a.course("antikorupsi"), work)
    answer = send(a.client(ana), place, "done", {"text": "   "})
    assert answer.status_code == 422 and "Tulislah satu kalimat" in answer.text
    assert send(a.client(ana), place, "done", {"text": "x" * 501}).status_code == 422
    assert db.session.scalars(select(ActionPlan)).all() == []


def test_the_questionnaire_is_answered_once_and_the_remark_stays_out_of_the_statement(
    a: Factories, work: Callable[[], int]
):
    ana = a.person()
    place = finishes(ana, a.course("antikorupsi"), work)
    client = a.client(ana)
    assert send(client, place, "questionnaire", {"useful": "5"}).status_code == 422
    assert send(client, place, "questionnaire", MARKS | {"useful": "9"}).status_code == 422
    assert send(client, place, "questionnaire", MARKS | {"remark": "Contoh dari puskesmas kurang."}).status_code == 303
    [one] = said(place, "/questionnaire")
    assert one["result"]["response"] == "useful[.]5[,]clear[.]4[,]worth_the_time[.]3"
    assert "puskesmas" not in str(one)
    [kept] = db.session.scalars(select(Reaction))
    assert (kept.useful, kept.clear, kept.worth_the_time, kept.remark) == (5, 4, 3, "Contoh dari puskesmas kurang.")
    with pytest.raises(AlreadyAnswered), db.transaction():
        actions.react(place, 1, 1, 1)
    assert "Kuesioner sudah Anda isi" in client.get(f"/learn/{place.uuid}/done").text


def test_neither_changes_what_was_learned(a: Factories, work: Callable[[], int]):
    ana = a.person()
    place = finishes(ana, a.course("antikorupsi"), work)
    before = (progress.of(place).completed_at, progress.of(place).completed_evidence)
    with db.transaction():
        actions.write_plan(place, "Besok saya lapor.")
        actions.react(place, 5, 5, 5)
    work()
    with db.transaction():
        folding.rebuild()
    assert (progress.of(place).completed_at, progress.of(place).completed_evidence) == before
    assert progress.failures() == []


def test_the_end_of_a_course_is_nobody_elses(a: Factories, work: Callable[[], int]):
    ana, eve = a.person(name="Ana Lestari"), a.person(name="Eva Wijaya")
    place = finishes(ana, a.course("antikorupsi"), work)
    client = a.client(eve)
    assert client.get(f"/learn/{place.uuid}/done").status_code == 404
    for what, data in (("done", {"text": "Halo."}), ("questionnaire", MARKS)):
        assert send(client, place, what, data).status_code == 404
    db.session.rollback()
    assert db.session.scalars(select(ActionPlan)).all() == db.session.scalars(select(Reaction)).all() == []

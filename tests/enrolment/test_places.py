"""Places: taken once, left, taken anew."""

import threading

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.catalogue import actions as catalogue
from lms.core import db
from lms.enrolment import actions, queries
from lms.enrolment.cli import enrol
from lms.enrolment.errors import AlreadyEnrolled, AlreadyLeft, CourseIsClosed
from lms.enrolment.models import Enrolment
from lms.progress import queries as progress
from tests.delivery.player import Player
from tests.factories import Factories


def test_a_place_is_taken_with_one_press(a: Factories):
    ana, course = a.person(name="Ana Lestari"), a.course("antikorupsi")
    client = a.client(ana)
    a.app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post(f"/courses/{course.slug}/enrol", data={"goal": "  Supaya tenang menolak  "})
    place = queries.find_enrolment(ana, course)
    assert answer.location == f"/learn/{place.uuid}/"
    assert (place.goal, place.how, place.version_id, place.open) == (
        "Supaya tenang menolak",
        "self",
        course.version_id,
        True,
    )
    assert client.post(f"/courses/{course.slug}/enrol").status_code == 409
    assert client.post("/courses/tidak-ada/enrol").status_code == 404


def test_htmx_gets_the_place_in_its_new_state(a: Factories):
    course, client = a.course("antikorupsi"), a.client(a.person())
    a.app.config["WTF_CSRF_ENABLED"] = False
    part = client.post(f"/courses/{course.slug}/enrol", headers={"HX-Request": "true"})
    assert (
        part.status_code == 200
        and "<html" not in part.text
        and "/learn/" in part.text
        and "HX-Request" in part.headers["Vary"]
    )


def test_a_place_needs_the_pages_own_token(a: Factories):
    course, client = a.course("antikorupsi"), a.client(a.person())
    assert client.post(f"/courses/{course.slug}/enrol").status_code == 400
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_too_long_a_goal_is_said_beside_the_field(a: Factories):
    course, client = a.course("antikorupsi"), a.client(a.person())
    a.app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post(f"/courses/{course.slug}/enrol", data={"goal": "x" * 501})
    assert answer.status_code == 400 and "x" * 501 in answer.text
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_a_closed_course_takes_nobody(a: Factories):
    ana, course = a.person(), a.course("antikorupsi")
    with db.transaction():
        catalogue.unpublish(course)
    with pytest.raises(CourseIsClosed), db.transaction():
        actions.enrol(ana, course)


def test_who_leaves_and_comes_back_begins_a_new_place(a: Factories):
    ana = Player(a, a.person(name="Ana Lestari"), a.course("antikorupsi"))
    first = ana.course.version.lessons[0].key
    ana.settles(first)
    old = ana.place
    assert ana.client.post(ana.url("leave")).status_code == 303
    again = Player(a, ana.person, ana.course).place
    assert again.registration != old.registration and queries.of_person(ana.person) == [again]
    assert len(queries.of_person(ana.person, ended=True)) == 2
    assert progress.of(queries.enrolment(old.uuid, ana.person)).lessons_done == 1 and progress.of(again) is None
    with pytest.raises(AlreadyLeft), db.transaction():
        actions.leave(queries.enrolment(old.uuid, ana.person))


def test_who_began_a_version_finishes_it(a: Factories):
    ana = Player(a, a.person(), a.course("antikorupsi"))
    began = ana.place.version_id
    with db.transaction():
        files = catalogue.export(ana.course.version)
        files["course.toml"] = files["course.toml"].replace(b"action_plan", b"# lebih baru\naction_plan")
        newer = catalogue.publish_shipped(files)
    assert newer.id != began and ana.place.version_id == began
    ana.settles(ana.place.version.lessons[0].key)
    assert progress.of(ana.place).lessons_done == 1


def test_two_presses_at_once_make_one_place(app: Flask, a: Factories):
    ana, course = a.person(), a.course("antikorupsi")
    start, outcomes = threading.Barrier(4), []

    def press() -> None:
        with db.scope():
            start.wait()
            try:
                with db.transaction():
                    actions.enrol(db.session.merge(ana, load=False), db.session.merge(course, load=False))
                outcomes.append("taken")
            except (AlreadyEnrolled, IntegrityError):
                outcomes.append("refused")

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "refused", "refused", "taken"]
    assert len(queries.on_course(course)) == 1


def test_the_command_is_another_door(a: Factories):
    ana, course = a.person(name="Ana Lestari"), a.course("antikorupsi")
    done = CliRunner().invoke(enrol, [ana.employment.number, course.slug, "--goal", "Tugas baru"])
    assert done.exit_code == 0 and "Ana Lestari" in done.output
    assert queries.find_enrolment(ana, course).how == "assigned"
    assert CliRunner().invoke(enrol, ["nobody@example.go.id", course.slug]).exit_code == 1
    assert CliRunner().invoke(enrol, [ana.employment.number, course.slug]).exit_code == 1

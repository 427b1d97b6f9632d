"""People are told what happened: once, in their language, and only they."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select
from sqlalchemy import event as sql_event

from lms.certificates import queries as certificates
from lms.core import clock, db, texts
from lms.notifications import actions, queries
from lms.notifications.errors import CertificateIsNotThere
from lms.notifications.kinds import KINDS, Message
from lms.notifications.models import Notification
from lms.people.models import Person
from lms.progress.events import CourseCompleted
from lms.supervision import actions as supervision
from tests.factories import Factories
from tests.home.learning import enrols, finishes, learns


def unread(person: Person) -> int:
    """How much they have not seen, as it is now in the database."""
    db.session.rollback()
    return queries.unread_of(person)


def test_a_finished_course_is_told_once_with_its_minutes(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    place = finishes(ana, course, work)

    [told] = [n for n in queries.of_person(ana) if n.kind == "course_completed"]
    assert told.params == {"title": course.version.title, "minutes": course.version.minutes_approved}
    assert told.path == f"/learn/{place.uuid}/done"
    with db.transaction():
        actions.congratulate(CourseCompleted(str(place.registration), place.id))
    assert len([n for n in queries.of_person(ana) if n.kind == "course_completed"]) == 1


def test_a_course_whose_hours_wait_promises_no_hours(a: Factories, work: Callable[[], int]):
    ana = a.person()
    finishes(ana, a.course("antikorupsi"), work, share=0.05)
    [told] = [n for n in queries.of_person(ana) if n.kind.startswith("course_")]
    assert told.kind == "course_uncounted"
    assert "JP" not in told.words().text


def test_a_certificate_is_announced_once_it_stands(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    place = enrols(ana, course)
    completed = CourseCompleted(str(place.registration), place.id)
    with pytest.raises(CertificateIsNotThere), db.transaction():
        actions.announce_certificate(completed)
    learns(place, work)
    for _ in range(2):
        with db.transaction():
            actions.announce_certificate(completed)
    [told] = [n for n in queries.of_person(ana) if n.kind == "certificate_ready"]
    assert told.params["title"] == course.version.title and told.path == "/record/#certificates"
    with db.transaction():
        certificates.of_registration(place.registration).revoked_at = clock.now()
        db.session.execute(delete(Notification))
        actions.announce_certificate(completed)
    assert queries.of_person(ana) == []


def test_the_words_are_made_when_they_are_shown(a: Factories):
    told = Message("course_completed", "x", "/", {"title": "Etika", "minutes": 50})
    with texts.speak("en"):
        assert told.words().title == "You have finished Etika"
        assert "1 JP 5 min" in told.words().text
    with texts.speak("id"):
        assert told.words().title == "Etika selesai"
        assert "1 JP 5 menit" in told.words().text


@pytest.mark.parametrize("code", ["id", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words(code: str, kind: str):
    filling = {
        "title": "Etika",
        "minutes": 45,
        "name": "Budi",
        "quote": "Bagus",
        "competency": "Integritas",
        "level": 1,
    }
    with texts.speak(code):
        words = Message(kind, "x", "/", filling).words()
    assert words.title and words.action and "%(" not in words.title + words.text


def test_thanks_arrive_in_the_words_of_the_giver(a: Factories, work: Callable[[], int]):
    chief = a.person(name="Budi Santoso")
    ana = a.person(supervisor=chief)
    with db.transaction():
        supervision.thank(chief, ana, "Antrean loket kini tertib. <b>Terima kasih</b>")
    work()
    page = a.client(ana).get("/notifications/").text
    assert "Budi Santoso" in page
    assert "Antrean loket kini tertib. &lt;b&gt;Terima kasih" in page


def test_seeing_the_list_makes_it_read_and_the_count_goes(a: Factories):
    ana = a.person()
    with db.transaction():
        actions.tell(ana, "course_completed", {"title": "Etika", "minutes": 45})
    client = a.client(ana)
    assert unread(ana) == 1
    assert "Etika" in client.get("/").text
    assert "Etika" in client.get("/notifications/").text
    assert unread(ana) == 0
    assert "Etika" not in client.get("/").text
    assert "Etika" in client.get("/notifications/").text


def test_a_notification_is_nobody_elses(a: Factories):
    ana, eve = a.person(name="Ana Lestari"), a.person(name="Eva Wijaya")
    with db.transaction():
        actions.tell(ana, "course_completed", {"title": "Etika", "minutes": 45}, path="/record/")
    told = db.session.scalar(select(Notification))
    assert a.client(eve).get(f"/notifications/{told.uuid}").status_code == 404
    assert "Etika" not in a.client(eve).get("/notifications/").text
    assert unread(ana) == 1
    answer = a.client(ana).get(f"/notifications/{told.uuid}")
    assert (answer.status_code, answer.location) == (303, "/record/")
    assert unread(ana) == 0


def test_the_count_is_one_query_and_none_for_strangers(a: Factories):
    ana, asked = a.person(), []

    def note(_c, _cursor, statement, *_):
        if "FROM notification" in statement:
            asked.append(statement)

    engine = db.session.get_bind()
    sql_event.listen(engine, "before_cursor_execute", note)
    a.client(ana).get("/more")
    assert len(asked) == 1
    asked.clear()
    a.client().get("/sign-in")
    assert asked == []

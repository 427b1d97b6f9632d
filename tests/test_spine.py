"""The spine: from the browser to the supervisor, and the twin that earns nothing."""

import base64
import re
from collections.abc import Callable
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import select
from tincan import RemoteLRS

from lms.assessment.models import Question
from lms.core import clock, db
from lms.enrolment.models import Enrolment
from lms.hours import queries as hours
from lms.lrs import keys
from lms.lrs import queries as lrs
from lms.people import queries as people
from lms.progress import queries as progress
from lms.records import queries as records
from tests.factories import Factories
from tests.learner import Learner


def test_from_browser_to_supervisor(a: Factories, work: Callable[[], int]):
    dukcapil = a.unit("Dinas Kependudukan dan Pencatatan Sipil")
    chief = a.person(name="Budi Santoso", unit=dukcapil)
    analyst = a.position("Analis Layanan", standard={"T.KI": 1, "M.5": 2})
    ana = a.person(name="Ana Lestari", supervisor=chief, unit=dukcapil, position=analyst)
    course = a.course("keamanan-informasi")

    learner = Learner(a, ana)
    place = learner.takes(course)
    work()

    done = progress.of(place)
    assert (done.lessons_done, done.lessons_total, done.score) == (7, 7, 100)
    assert done.completed_at is not None

    supported = {(r.competency.code, r.level) for r in records.of_person(ana)}
    assert supported == {(o.competency.code, o.level) for o in course.version.outcomes}
    events = {s.id: s for s in lrs.of_registration(place.registration)}
    for record in records.of_person(ana):
        assert record.evidence and set(record.evidence) <= set(events)
        assert {events[i].verb.rsplit("/", 1)[1] for i in record.evidence} >= {"answered", "passed"}

    assert hours.minutes_of_year(ana, clock.now().year) == course.version.minutes_approved
    team = a.client(chief).get("/team/").text
    assert "Ana Lestari" in team

    page = a.client(ana).get("/record/").text
    code = re.search(r"/certificates/([\w-]{20,})", page).group(1)
    public = a.client().get(f"/certificates/{code}")
    assert public.status_code == 200
    assert "Ana Lestari" in public.text and ana.employment.number not in public.text


def test_a_bare_completed_is_stored_and_earns_nothing(a: Factories, work: Callable[[], int]):
    ana = a.person(name="Ana Lestari")
    course = a.course("keamanan-informasi")
    learner = Learner(a, ana)
    place = learner.enrols(course)
    work()
    with db.transaction():
        credential, secret = keys.add_key("a content tool", ["all"])
        key = credential.key

    statement = {
        "id": str(uuid4()),
        "actor": people.actor(ana),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": learner.course_iri(course)},
        "result": {"completion": True, "success": True, "score": {"scaled": 1}},
        "context": {"registration": str(place.registration)},
    }
    outside: FlaskClient = a.client()
    sent = outside.post(
        "/xapi/statements",
        json=statement,
        headers={
            "X-Experience-API-Version": "1.0.3",
            "Authorization": "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode(),
        },
    )
    work()

    assert sent.status_code == 200
    assert lrs.find(statement["id"]) is not None
    found = progress.of(place)
    assert found is None or found.completed_at is None
    assert records.of_person(ana) == []
    assert hours.minutes_of_year(ana, clock.now().year) == 0
    assert "/certificates/" not in a.client(ana).get("/record/").text


def test_the_key_never_leaves_the_server(a: Factories):
    ana = a.person()
    course = a.course("antikorupsi")
    learner = Learner(a, ana)
    place = learner.enrols(course)
    feedbacks = {
        q.key: learner.secrets(q)
        for q in db.session.scalars(
            select(Question).where(Question.version_id == place.version_id, Question.purpose == "check")
        )
    }
    for lesson in course.version.lessons:
        page = learner.client.get(f"/learn/{place.uuid}/lessons/{lesson.key}").text
        for secrets in feedbacks.values():
            assert [s for s in secrets if s in page] == []


def test_a_place_is_nobody_elses(a: Factories):
    course = a.course("antikorupsi")
    ana, eve = a.person(name="Ana Lestari"), a.person(name="Eva Wijaya")
    place = Learner(a, ana).enrols(course)
    for path in (
        f"/learn/{place.uuid}/",
        f"/learn/{place.uuid}/lessons/{course.version.lessons[0].key}",
        f"/learn/{place.uuid}/tests/posttest",
        f"/learn/{place.uuid}/done",
    ):
        assert a.client(eve).get(path).status_code == 404, path
    assert db.session.scalar(select(Enrolment.person_id).where(Enrolment.uuid == place.uuid)) == ana.id


def test_a_stock_client_reads_back_what_the_product_itself_says(a: Factories, served: str):
    ana = a.person()
    learner = Learner(a, ana)
    place = learner.enrols(a.course("antikorupsi"))
    learner.settles(place, place.version.lessons[0].key)
    with db.transaction():
        credential, secret = keys.add_key("reader", ["all"])
        key = credential.key
    client = RemoteLRS(endpoint=f"{served}/xapi/", version="1.0.3", username=key, password=secret)

    found = client.query_statements({"registration": str(place.registration), "limit": 50})

    assert found.success, found.data
    verbs = {s.verb.id.rsplit("/", 1)[1] for s in found.content.statements}
    assert {"launched", "initialized", "answered", "experienced"} <= verbs
    one = client.retrieve_statement(found.content.statements[0].id)
    assert one.success and one.content.actor.account.name == people.actor(ana)["account"]["name"]
    assert ana.employment.number not in found.data

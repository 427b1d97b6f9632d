"""Every route, walked by every kind of person, for something of Ana's: only those who may get anything, and nobody else sees her.

Who may is written here by hand, apart from the code's own tables, so that a change there must be a change here too. A new
route whose address names something must say here whose it is, or the walk fails.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.certificates.models import Certificate
from lms.core import access, clock, db
from lms.hours.models import HoursReview, HoursRule
from lms.notifications.models import Notification
from lms.people import actions as people
from lms.people.models import Person, Supervision
from lms.people.roles import Role
from lms.records.models import CompetencyRecord
from tests.factories import Factories
from tests.learner import Learner

CANARY = "Kanaria Puspitasari"
EVERYBODY = {
    "ana",
    "beni",
    "citra",
    "chief",
    "former",
    "other chief",
    "trainer",
    "other trainer",
    "unit hr",
    "other unit hr",
    "agency hr",
    "auditor",
    "dpo",
    "operator",
    "assessor",
    "other assessor",
}
CAN = {  # permission: who has it for something
    "learn": EVERYBODY,
    "supervise": {"chief", "other chief"},
    "confirm": {"chief", "other chief", "assessor", "other assessor"},
    "author": {"trainer", "other trainer"},
    "review": {"trainer", "other trainer", "agency hr"},
    "approve_hours": {"agency hr"},
    "manage_people": {"unit hr", "other unit hr", "agency hr"},
    "manage_agency": {"agency hr"},
    "audit": {"auditor"},
    "protect_data": {"dpo"},
    "operate": {"operator"},
}
SEES_ANA = {"ana", "chief", "unit hr", "agency hr", "auditor", "dpo", "assessor"}
HANDLES_COURSE = {"trainer", "agency hr"}
WHOSE = {  # endpoint, or the name of an argument: who may reach Ana's
    "place": {"ana"},
    "entry": SEES_ANA,
    "notification": {"ana"},
    "review": {"agency hr"},
    "rule": {"agency hr"},
    "position": {"agency hr"},
    "course": HANDLES_COURSE,
    "version": HANDLES_COURSE,
    "unit": {"unit hr", "agency hr", "operator"},
    "supervision.member": {"chief", "assessor"},
    "supervision.confirm": {"chief", "assessor"},
    "supervision.thank": {"chief"},
    "people.agency_person": {"unit hr", "agency hr", "operator"},
    "people.agency_code": {"unit hr", "agency hr", "operator"},
    "people.agency_settle": {"unit hr", "agency hr", "operator"},
    "people.agency_grant": {"unit hr", "agency hr", "operator"},
    "people.agency_revoke": {"unit hr", "agency hr", "operator"},
    "people.agency_state": {"unit hr", "agency hr", "operator"},
    "certificates.pdf": SEES_ANA,
    "certificates.revoke": {"agency hr"},
    "key": set(),
    "row": set(),
    "admin.revoke_key": {"operator"},
    "admin.rename_key": {"operator"},
    "statement": {"operator"},
    "people.erase_person": {"dpo"},
}
ANYBODYS = {"slug", "name", "number", "question", "filename", "rest", "token"}
MAY_BE_MISSING = {"authoring.changes", "people.use_link", "delivery.question"}
"""Where there is nothing to get although one may: a first version has no changes, a link was never sent."""
PUBLIC_NAMES = {"certificates.check", "catalogue.media", "competency.competency", "competency.word"}


@dataclass
class World:
    """Who there is, and what is Ana's."""

    people: dict[str, Person] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def world(a: Factories, app: Flask, work) -> World:
    """Two units, sixteen people, and Ana with a place, records, hours, a waiting review and a certificate."""
    own, other = a.unit("Dinas Sendiri"), a.unit("Dinas Lain")
    made = World()
    p = made.people
    p["chief"], p["other chief"] = a.person(name="Kepala Sendiri", unit=own), a.person(name="Kepala Lain", unit=other)
    p["former"] = a.person(name="Kepala Lama", unit=own)
    post = a.position("Analis", standard={"M.1": 2})
    p["ana"] = a.person(name=CANARY, unit=own, position=post, supervisor=p["former"])
    p["beni"] = a.person(name="Beni", unit=own)
    p["citra"] = a.person(name="Citra", unit=other, supervisor=p["other chief"])
    for name, role, scope in (
        ("trainer", Role.TRAINER, own),
        ("other trainer", Role.TRAINER, other),
        ("unit hr", Role.UNIT_HR, own),
        ("other unit hr", Role.UNIT_HR, other),
        ("agency hr", Role.AGENCY_HR, a.agency()),
        ("auditor", Role.AUDITOR, a.agency()),
        ("dpo", Role.DPO, a.agency()),
        ("operator", Role.OPERATOR, None),
        ("assessor", Role.ASSESSOR, own),
        ("other assessor", Role.ASSESSOR, other),
    ):
        p[name] = a.person(name=name.title(), unit=other if "other" in name else own, roles=[role], scope=scope)
    assert set(p) == EVERYBODY
    with db.transaction():
        people.set_supervisor(p["ana"], p["chief"], clock.today("Asia/Makassar"))
    ended = db.session.scalars(select(Supervision).where(Supervision.supervisor_id == p["former"].id)).one()
    assert ended.to_on == clock.today("Asia/Makassar") - timedelta(days=1)

    course = a.course("antikorupsi")
    shown = a.agency_course("keamanan-informasi", owner=p["trainer"], reader=p["agency hr"])
    learner = Learner(a, p["ana"])
    place = learner.takes(course)
    hasty = learner.enrols(shown)
    for lesson in hasty.version.lessons:
        learner.settles(hasty, lesson.key, minutes=0.2)
    learner.sits(hasty, "posttest")
    work()
    certificate = db.session.scalars(select(Certificate).where(Certificate.person_id == p["ana"].id).limit(1)).one()
    record = db.session.scalars(
        select(CompetencyRecord).where(CompetencyRecord.person_id == p["ana"].id).limit(1)
    ).one()
    made.values = {
        "place": str(place.uuid),
        "entry": str(record.uuid),
        "record": str(record.uuid),
        "person": str(p["ana"].uuid),
        "notification": str(
            db.session.scalars(select(Notification.uuid).where(Notification.person_id == p["ana"].id).limit(1)).one()
        ),
        "review": str(db.session.scalars(select(HoursReview.uuid)).one()),
        "rule": str(db.session.scalars(select(HoursRule.uuid).limit(1)).one()),
        "position": str(post.uuid),
        "course": str(shown.uuid),
        "version": str(shown.version.uuid),
        "unit": str(own.uuid),
        "slug": course.slug,
        "name": "posttest",
        "number": "1",
        "question": "tidak-ada",
        "code": certificate.code,
        "row": str(record.uuid),
        "key": course.version.lessons[0].key,
        "token": "x" * 40,
        "filename": "css/app.css",
        "rest": "about",
        "statement": str(record.cause),
    }
    return made


def addresses(app: Flask, values: dict[str, str]):
    """Every route but the record store's, with Ana's things in its address."""
    for rule in app.url_map.iter_rules():
        policy = app.view_functions[rule.endpoint].policy
        if policy == access.OWN_RULES or rule.endpoint == "static":
            continue
        here = dict(values)
        if rule.endpoint.startswith(("people.passkey", "people.session")):
            here["key"] = here["row"]
        if rule.endpoint == "authoring.part":
            here["name"] = "01-lima-tanda"
        if rule.endpoint == "catalogue.media":
            here["name"] = "menit-pertama.svg"
        if rule.endpoint.startswith("competency."):
            here["code"] = "M.1"
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m, h=here: h[m.group(1)], rule.rule)
        yield rule, policy, path


def may(name: str, rule, policy) -> bool:
    """What this file says about who may."""
    if policy not in (access.PUBLIC, access.SIGNED_IN) and not any(name in CAN[p.value] for p in policy):
        return False
    if rule.endpoint in WHOSE:
        return name in WHOSE[rule.endpoint]
    for argument in rule.arguments - ANYBODYS:
        if argument == "key" and rule.endpoint.startswith("delivery."):
            continue
        if argument == "place" and rule.endpoint == "authoring.complete":
            return False  # Ana's place is on another course
        if rule.endpoint in PUBLIC_NAMES:
            continue
        assert argument in WHOSE, f"{rule.rule}: say in WHOSE who may reach this {argument}"
        if name not in WHOSE[argument]:
            return False
    return True


def test_nobody_gets_what_is_not_theirs_and_everybody_what_is(world: World, a: Factories, app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = []
    for name in sorted(EVERYBODY):
        client = a.client(world.people[name])
        for rule, policy, path in addresses(app, world.values):
            allowed = may(name, rule, policy)
            if "GET" in rule.methods:
                answer = client.get(path)
                said = answer.status_code
                sent_away = said == 303 and "/sign-in" in answer.headers["Location"] and not path.startswith("/sign-in")
                if allowed and (
                    said in (401, 403)
                    or (said >= 500 and path != "/readyz")
                    or sent_away
                    or (said == 404 and rule.arguments and rule.endpoint not in MAY_BE_MISSING)
                ):
                    wrong.append(f"{name} should get {path}: {said}")
                if not allowed and said not in (403, 404):
                    wrong.append(f"{name} should not get {path}: {said}")
                if (
                    not allowed and name != "ana" and CANARY in answer.text
                ):  # her own name stands above every page of hers
                    wrong.append(f"{name} saw Ana at {path}")
            if "POST" in rule.methods and not allowed:
                said = client.post(path).status_code
                if said not in (403, 404):
                    wrong.append(f"{name} should not post to {path}: {said}")
    assert not wrong, "\n".join(wrong)


def test_lists_show_ana_only_to_those_who_see_her(world: World, a: Factories, app: Flask):
    lists = {
        "/team/": {"chief"},
        "/agency/people/": {"unit hr", "agency hr", "operator"},
        "/agency/hours/": {"agency hr"},
        "/operations/statements": {"operator"},
        "/team/unconfirmed": {"chief", "assessor"},
        f"/studio/{world.values['course']}/learners": {"trainer", "agency hr"},
    }
    for path, seers in lists.items():
        seen = {name for name in EVERYBODY - {"ana"} if CANARY in a.client(world.people[name]).get(path).text}
        assert seen == seers, path


def test_a_stranger_gets_the_public_pages_and_nothing_else(world: World, a: Factories, app: Flask):
    stranger, wrong = a.client(), []
    for rule, policy, path in addresses(app, world.values):
        if "GET" in rule.methods:
            answer = stranger.get(path)
            if policy == access.PUBLIC:
                if answer.status_code in (401, 403) or (answer.status_code >= 500 and path != "/readyz"):
                    wrong.append(f"{path}: {answer.status_code}")
            elif answer.status_code != 303 or "/sign-in" not in answer.headers["Location"]:
                wrong.append(f"{path}: {answer.status_code}")
            if CANARY in answer.text and rule.endpoint != "certificates.check":
                wrong.append(f"{path} shows Ana")
        if "POST" in rule.methods and policy != access.PUBLIC and stranger.post(path).status_code != 401:
            wrong.append(f"POST {path}")
    assert wrong == []


def test_what_is_taken_away_is_gone_at_the_next_request(world: World, a: Factories):
    chief, hr = a.client(world.people["chief"]), a.client(world.people["unit hr"])
    ana = world.people["ana"]
    assert chief.get(f"/team/{ana.uuid}").status_code == 200
    with db.transaction():
        people.set_supervisor(ana, world.people["other chief"], clock.today("Asia/Makassar"))
    assert chief.get(f"/team/{ana.uuid}").status_code in (403, 404)
    assert hr.get(f"/agency/people/{ana.uuid}").status_code == 200
    with db.transaction():
        people.suspend(world.people["unit hr"], by=None)
    assert hr.get(f"/agency/people/{ana.uuid}").status_code == 303


def test_every_look_at_somebody_elses_record_is_kept_and_she_sees_by_whom(world: World, a: Factories):
    ana = world.people["ana"]
    a.client(world.people["chief"]).get(f"/team/{ana.uuid}")
    a.client(world.people["auditor"]).get(f"/record/{world.values['entry']}/why")
    seen = a.client(ana).get("/account/readers").text
    assert "Kepala Sendiri" in seen and "Auditor" in seen
    assert "Kepala Lain" not in seen

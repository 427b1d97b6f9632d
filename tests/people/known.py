"""A story in which somebody leaves traces everywhere, told through the actions that leave them."""

import base64
import json
from collections.abc import Callable

from sqlalchemy import select

from lms.assessment.models import Attempt, AttemptAnswer, CheckAnswer, Question
from lms.certificates import actions as issuing
from lms.certificates.models import Certificate
from lms.core import clock, db
from lms.enrolment import actions as enrolment
from lms.enrolment.models import Enrolment
from lms.home import actions as home
from lms.hours import queries as hours
from lms.hours.models import HoursReview
from lms.lrs import actions as lrs
from lms.lrs import keys
from lms.people import actions, queries
from lms.people.models import Unit
from lms.people.roles import Role
from lms.records import queries as records
from lms.records.models import CONFIRMED, SUPPORTED, CompetencyRecord
from lms.supervision import actions as supervision
from tests.factories import Factories
from tests.home.learning import learns
from tests.people.browsing import reread, submit

NAME, NIP, MAIL = "Zainuddin Wiryawan", "199107232015032777", "zainuddin@wiryawan.example"
TRACES = ("zainuddin", "wiryawan", NIP, "081234567890", "tanjung selor", "1991-07-23")
"""In lower case."""


class Story:
    """Zainuddin learns, is confirmed and thanked, confirms and thanks; Budi leads him, and he leads Ana."""

    def __init__(self, a: Factories, work: Callable[[], int]):
        self.a, self.work = a, work
        self.unit, self.city = a.unit("Dinas Dukcapil"), a.agency()
        self.chief = a.person(name="Budi Santoso", email="budi@kota.example", unit=self.unit)
        self.who = a.person(name=NAME, nip=NIP, email=MAIL, unit=self.unit, supervisor=self.chief)
        self.ana = a.person(name="Ana Lestari", email="ana@kota.example", unit=self.unit, supervisor=self.who)
        self.officer = a.person(name="Dewi Pelindung", roles=[Role.DPO, Role.AGENCY_HR, Role.OPERATOR], scope=self.city)
        with db.transaction():
            him = queries.person_by_id(self.who.id)
            him.phone, him.birth_place = "081234567890", "Tanjung Selor"
            unit = db.session.get_one(Unit, self.unit.id)
            unit.pendamping, unit.pendamping_phone = NAME, "081234567890"
            unit.settings = {"certificate_officer": f"Plt. {NAME}", "certificate_unit": "DUKCAPIL"}
            actions.add_passkey(him, b"id", b"key", 0, "Ponsel Zainuddin")
            actions.object_to_place(him, "Saya Zainuddin, bukan di sini")
        self.learn()
        self.be_confirmed_and_thanked()
        self.confirm_and_thank()
        self.launch()
        work()
        reread()

    def learn(self) -> None:
        course = self.a.course("antikorupsi")
        with db.transaction():
            self.place = enrolment.enrol(queries.person_by_id(self.who.id), course, goal="Zainuddin ingin naik jabatan")
        learns(self.place, self.work)
        with db.transaction():
            place = db.session.get_one(Enrolment, self.place.id)
            home.write_plan(place, "Saya, Zainuddin, menolak amplop")
            home.react(place, 5, 4, 3, "Terima kasih. Wiryawan, Z.")
            question = db.session.scalars(select(Question).where(Question.version_id == place.version_id)).first()
            said = {"text": "zainuddin tidak tahu"}
            attempt = Attempt(enrolment_id=place.id, name="posttest", number=9, question_ids=[question.id], orders={})
            attempt.submitted_at = clock.now()
            db.session.add(attempt)
            db.session.flush()
            db.session.add(AttemptAnswer(attempt_id=attempt.id, question_id=question.id, response=said))
            db.session.add(
                CheckAnswer(
                    enrolment_id=place.id, question_id=question.id, response=said, correct=False, first_correct=False
                )
            )
            rule = hours.rule(place.person, "active_share", clock.today(place.person.zone))
            db.session.add(
                HoursReview(
                    person_id=self.who.id,
                    enrolment_id=place.id,
                    registration=place.registration,
                    rule_id=rule.id,
                    cause="another",
                    turn=7,
                    reason="active_share",
                    minutes=9,
                    active_seconds=1,
                    share=50,
                    state="rejected",
                    note="Bapak Zainuddin Wiryawan belum selesai",
                )
            )
            version = place.version
            version.author_id, version.review_note = self.who.id, "Bagus, Zainuddin."

    def be_confirmed_and_thanked(self) -> None:
        with db.transaction():
            [line, *_] = [r for r in records.of_person(queries.person_by_id(self.who.id)) if r.kind == SUPPORTED]
            chief = queries.person_by_id(self.chief.id)
            supervision.confirm(line, chief, "Zainuddin menolak amplop di loket, dengan sopan")
            supervision.thank(chief, queries.person_by_id(self.who.id), "Terima kasih, Zainuddin!")
        self.work()
        [self.certificate] = db.session.scalars(select(Certificate).where(Certificate.person_id == self.who.id))
        with db.transaction():
            self.pdf = issuing.pdf_of(db.session.get_one(Certificate, self.certificate.id))

    def confirm_and_thank(self) -> None:
        with db.transaction():
            place = enrolment.enrol(queries.person_by_id(self.ana.id), self.place.course)
        learns(place, self.work)
        with db.transaction():
            [line, *_] = [r for r in records.of_person(queries.person_by_id(self.ana.id)) if r.kind == SUPPORTED]
            him = queries.person_by_id(self.who.id)
            supervision.confirm(line, him, "Saya lihat sendiri. Zainuddin W.")
            supervision.thank(him, queries.person_by_id(self.ana.id), "Kerja bagus, Ana. Salam, Zainuddin Wiryawan")

    def launch(self) -> None:
        """A tool keeps his state and tells of him by name; a launch is open."""
        actor = queries.actor(self.who)
        with db.transaction():
            tool, secret = keys.add_key("alat", ["all"])
            key = tool.key
            keys.open_launch(actor, self.place.registration, "https://alat.example/x", hours=2)
            [self.told] = lrs.store(
                [
                    {
                        "actor": actor | {"name": NAME},
                        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}},
                        "object": {"id": "https://alat.example/x", "definition": {"name": {"id": "Halaman"}}},
                        "result": {
                            "response": "nama saya zainuddin",
                            "score": {"raw": 1.10},
                            "extensions": {"https://alat.example/e": ["ZAINUDDIN", {"deep": f"NIP {NIP}"}]},
                        },
                    }
                ]
            )
        basic = "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()
        kept = self.a.client().put(
            "/xapi/activities/state",
            query_string={"activityId": "https://alat.example/x", "agent": json.dumps(actor), "stateId": "halaman"},
            data=f"Zainuddin, halaman 3, {MAIL}",
            headers={"Authorization": basic, "Content-Type": "text/plain", "X-Experience-API-Version": "1.0.3"},
        )
        assert kept.status_code == 204, kept.text

    def erase(self) -> None:
        sent = submit(
            self.a.client(self.officer),
            f"/agency/erase/{self.who.uuid}",
            f"/agency/erase?who={NIP}",
            reason="Atas permintaan sendiri",
            sure="y",
        )
        assert sent.status_code == 303, sent.text
        reread()

    @property
    def line(self) -> CompetencyRecord:
        """What was confirmed."""
        return db.session.scalars(
            select(CompetencyRecord).where(
                CompetencyRecord.person_id == self.who.id, CompetencyRecord.kind == CONFIRMED
            )
        ).one()

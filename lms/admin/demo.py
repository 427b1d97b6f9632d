"""The demo agency: sixty civil servants of a made-up city, who learn in the past months through the real pipeline.

Everybody learns in the order of time: sessions of the same day are interleaved as they would be, each step is the action
that a page calls, at the moment at which it happened. Nothing is written beside that.
"""

import heapq
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.assessment import queries as bank
from lms.assessment.models import Question
from lms.catalogue import actions as courses
from lms.catalogue import queries as catalogue
from lms.catalogue.models import Course
from lms.competency import actions as competency
from lms.competency import queries as competencies
from lms.core import clock, db, jobs
from lms.delivery import actions as delivery
from lms.enrolment import actions as enrolment
from lms.enrolment.models import Enrolment
from lms.home import actions as home
from lms.people import actions as people
from lms.people import queries as who_is
from lms.people.models import Person, Unit
from lms.people.roles import Role
from lms.progress.models import Progress
from lms.records import queries as records
from lms.records.models import SUPPORTED
from lms.supervision import actions as supervision

PASSWORD = "belajar tiap hari"  # noqa: S105 - printed at the start; production refuses accounts of the demo
DAYS = 120
"""How far back the learning goes."""
PLANS = {  # pace: (courses finished at least, at most, lessons of one more begun, quiet for days at the end)
    "hero": (3, 3, 3, 1),
    "steady": (1, 3, 0, 2),
    "slow": (0, 1, 3, 4),
    "stuck": (0, 1, 2, 26),
    "test": (1, 2, 2, 3),
    "thin": (1, 1, 0, 5),
    "new": (0, 0, 0, 0),
}
FAVOURITES = {
    "DUKCAPIL": [
        "pelayanan-prima",
        "pelindungan-data-pribadi",
        "keamanan-informasi",
        "berakhlak",
        "antikorupsi",
        "tata-naskah-dinas",
    ],
    "PKM": ["pelayanan-prima", "pelindungan-data-pribadi", "berakhlak", "antikorupsi", "keamanan-informasi"],
    "KEC": ["tata-naskah-dinas", "pelayanan-prima", "antikorupsi", "berakhlak", "keamanan-informasi"],
    "KOMINFO": ["keamanan-informasi", "pelindungan-data-pribadi", "tata-naskah-dinas", "berakhlak"],
    "BKPSDM": ["berakhlak", "antikorupsi", "tata-naskah-dinas", "pelindungan-data-pribadi"],
}
PLANS_WRITTEN = [
    "Besok saya tempel nomor UPG di meja loket.",
    "Saya telepon dulu sebelum membuka lampiran dari nomor baru.",
    "Mulai Senin setiap pemohon saya minta mengulang syaratnya dengan kata-katanya sendiri.",
    "Saya hapus kolom nomor KK dari formulir buku tamu.",
    "Nota dinas minggu ini saya tulis satu gagasan per paragraf.",
    "Saya catat setiap pengaduan lisan di buku yang sama, dengan tanggal kabar baliknya.",
]
THANKS = [
    "Terima kasih, cara Anda menjelaskan syarat pindah domisili di loket kemarin jauh lebih tenang dan jelas.",
    "Saya lihat nota dinas Anda sekarang satu halaman dan langsung ke pokoknya. Terima kasih.",
    "Terima kasih sudah melaporkan pesan palsu itu pada hari yang sama. Dua rekan lain tertolong.",
]

Step = tuple[datetime, int, Callable[[], Any]]


def _data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))


def agency() -> Unit | None:
    """The demo agency, if it was made."""
    return who_is.unit_by_code(_data()["agency"]["code"])


def sign_ins() -> list[str]:
    """Who can sign in, a line each, for the console."""
    rows = [(s["says"], s["email"]) for s in _data()["sign_in"]]
    width = max(len(says) for says, _ in rows)
    return [
        "Demo sign-ins (password for all: " + PASSWORD + ")",
        *(f"  {says:<{width}}  {mail}" for says, mail in rows),
        "",
    ]


def make() -> str:
    """The demo agency is there; harmless when repeated. Returns what was made, in a sentence."""
    if agency() is not None:
        with db.transaction():
            courses.ship()
        return "The demo agency is there already."
    data, start = _data(), clock.now() - timedelta(days=DAYS)
    with clock.at(start - timedelta(days=10)), db.transaction():
        courses.ship()
    with clock.at(start), jobs.held():
        with db.transaction():
            crew = _found(data, start.date())
        steps = list(_lives(crew, data, start))
        heapq.heapify(steps)
        day = start.date()
        source = Random(7)  # noqa: S311 - a story, not a secret
        done: set[int] = set()
        while steps:
            moment, _, act = heapq.heappop(steps)
            if moment.date() != day:
                clock.travel(clock.later(minutes=35))
                _evening(source, done)
                day = moment.date()
            clock.travel(moment)
            with db.scope(), db.transaction():
                act()
        clock.travel(clock.later(minutes=35))
        _evening(source, done)
    with db.scope():
        count = len(list(db.session.scalars(select(Enrolment.id).join(Enrolment.person).where(Person.demo))))
    return f"The demo agency has {len(crew)} people on {count} course places."


def _found(data: dict[str, Any], day: date) -> dict[str, int]:
    """Units, positions with their standards, people, roles and passwords; returns person ids by name, in order."""
    city = people.add_unit(kind="agency", demo=True, **data["agency"])
    units = {u["code"].removeprefix("DEMO-"): people.add_unit(parent=city, **u) for u in data["unit"]}
    positions = {}
    for row in data["position"]:
        positions[row["name"]] = post = people.add_position(city, row["name"], row["kind"], row.get("tier", ""))
        for code, level in row["standard"].items():
            competency.set_standard(post, competencies.by_code(code), level)
    crew: dict[str, Person] = {}
    mail = {s["who"]: s["email"] for s in data["sign_in"]}
    began = day - timedelta(days=400)
    for unit, rows in data["people"].items():
        for name, sex, born, kind, rank, post, chief, _pace in rows:
            leads = next((p for n, p in crew.items() if chief and chief in n), None)
            number = _nip(born, kind, sex, len(crew) + 1)
            crew[name] = people.add_person(
                name=name,
                nip=number,
                kind=kind,
                unit=units[unit],
                position=positions[post],
                supervisor=leads,
                rank=rank,
                email=next((m for n, m in mail.items() if n in name), None),
                demo=True,
                on=began,
            )
    hashed = None
    for row in data["sign_in"]:
        person = next(p for n, p in crew.items() if row["who"] in n)
        if hashed is None:
            people.set_password(person, PASSWORD)
            hashed = person.password_hash
        person.password_hash = hashed
        if "role" in row:
            unit = who_is.unit_by_code(row["unit"]) if "unit" in row else None
            people.grant(person, Role(row["role"]), unit, by=None, on=began)
    db.session.flush()
    return {name: person.id for name, person in crew.items()}


def _nip(born: str, kind: str, sex: int, serial: int) -> str:
    year = int(born[:4])
    if kind == "pns":
        return f"{born.replace('-', '')}{min(year + 26, 2022)}03{sex}{serial:03d}"
    return f"{born.replace('-', '')}{2023 if kind == 'pppk' else 2025}{21 if kind == 'pppk' else 24}{sex}{serial:03d}"


def _lives(crew: dict[str, int], data: dict[str, Any], start: datetime) -> Iterator[Step]:
    """Every step that anybody takes, in no order."""
    zone = ZoneInfo(data["agency"]["zone"])
    end = start + timedelta(days=DAYS)
    number = 0
    for unit, rows in data["people"].items():
        for row in rows:
            source = Random(row[0])  # noqa: S311 - the same story each time
            least, most, more, quiet = PLANS[row[7]]
            whole = source.randint(least, most)
            if not (whole or more):
                continue
            slugs = FAVOURITES[unit][:]
            if row[7] != "hero":
                head, tail = slugs[:3], slugs[3:]
                source.shuffle(head)
                slugs = head + tail
            learner = _Learner(crew[row[0]], source, fast=row[7] == "thin", skips=row[7] == "test")
            moments = _moments(source, zone, start, end - timedelta(days=quiet), whole * 6 + more)
            for act in learner.acts(slugs[:whole], slugs[whole] if more else None, more):
                moment = next(moments, None)
                if moment is None:
                    break
                for pause, do in act:
                    moment += timedelta(seconds=pause)
                    number += 1
                    yield moment, number, do


def _moments(source: Random, zone: ZoneInfo, start: datetime, end: datetime, sittings: int) -> Iterator[datetime]:
    """When somebody sits down to learn: on working days mostly, before the counter opens, at noon, or in the evening."""
    span = (end - start).days
    first = source.randint(2, max(3, span - sittings * 4)) if sittings * 4 < span - 3 else 2
    days = [start.date() + timedelta(days=d) for d in range(first, span)]
    days = [d for d in days if d.weekday() < 5 or source.random() < 0.15]
    chosen = sorted(source.sample(days, min(len(days), sittings)))
    while chosen and len(chosen) < sittings:
        chosen.append(chosen[-1])
    if chosen:
        chosen[-1] = days[-1]
    for day in chosen:
        hour, minute = source.choice([(7, 32), (7, 41), (12, 8), (12, 21), (13, 2), (19, 47), (20, 15), (5, 50)])
        yield datetime.combine(day, time(hour, minute), zone) + timedelta(
            minutes=source.randint(0, 25), seconds=source.randint(0, 59)
        )


class _Learner:
    """Somebody who learns: each sitting is a list of (seconds later, what they do)."""

    def __init__(self, person_id: int, source: Random, fast: bool, skips: bool):
        self.person_id, self.source, self.fast, self.skips = person_id, source, fast, skips
        self.speed = source.uniform(0.75, 1.25) if not fast else 0.12

    def acts(self, whole: list[str], last: str | None, lessons: int) -> Iterator[list[tuple[float, Callable[[], Any]]]]:
        """Sitting after sitting."""
        for slug in whole:
            yield from self.course(slug, None)
        if last:
            yield from self.course(last, lessons)

    def course(self, slug: str, only: int | None) -> Iterator[list[tuple[float, Callable[[], Any]]]]:
        """A course to its end, or its first lessons `only`; the longest sittings are two lessons."""
        course = catalogue.course(slug)
        version = course.version
        assert version is not None
        first: list[tuple[float, Callable[[], Any]]] = [(0, lambda: self.enrol(slug))]
        skipped: set[str] = set()
        if self.skips and only is None:
            module = version.modules[0]
            skipped = {lesson.key for lesson in module.lessons}
            first += self.test(slug, module.pretest or "", 0.97)
        keys = [(lesson.key, lesson.minutes) for lesson in version.lessons if lesson.key not in skipped]
        for n in range(0, len(keys if only is None else keys[:only]), 2):
            sitting = first
            first = []
            for key, minutes in keys[n : n + 2 if only is None else min(n + 2, only)]:
                sitting += self.lesson(slug, key, minutes)
            yield sitting
        if only is None:
            if self.source.random() < 0.2 and not self.fast:
                yield self.test(slug, bank.POSTTEST, 0.45)
            yield self.test(slug, bank.POSTTEST, 0.99 if self.source.random() < 0.5 else 0.93)

    def place(self, slug: str) -> Enrolment:
        """Their place on the course."""
        return db.session.scalars(
            select(Enrolment).join(Enrolment.course).where(Enrolment.person_id == self.person_id, Course.slug == slug)
        ).one()

    def enrol(self, slug: str) -> None:
        """They take a place."""
        enrolment.enrol(who_is.person_by_id(self.person_id), catalogue.course(slug))

    def lesson(self, slug: str, key: str, minutes: int) -> list[tuple[float, Callable[[], Any]]]:
        """They read, then answer until it is right."""
        steps: list[tuple[float, Callable[[], Any]]] = [(20, lambda: delivery.open_lesson(self.place(slug), key))]
        version = catalogue.course(slug).version
        reading = minutes * 60 * self.speed * self.source.uniform(0.8, 1.1)
        for question in bank.questions(version.id, key) if version else []:
            if self.source.random() < 0.22:
                steps.append((reading, self.answers(slug, key, question, right=False)))
                reading = 35 * self.source.uniform(0.7, 1.6)
            steps.append((reading, self.answers(slug, key, question, right=True)))
            reading = 40 * self.source.uniform(0.6, 1.8)
        return steps

    def answers(self, slug: str, key: str, question: Question, right: bool) -> Callable[[], Any]:
        """They answer a check question."""
        name, given = question.key, response(question, right, self.source)
        return lambda: delivery.answer_check(self.place(slug), key, name, given)

    def test(self, slug: str, name: str, skill: float) -> list[tuple[float, Callable[[], Any]]]:
        """They take a test; each answer is right with the chance `skill`. What the rules refuse is left alone."""

        def begin() -> None:
            place = self.place(slug)
            standing = bank.standing(place, name)
            if not standing.passed and standing.left and not standing.opens_at:
                delivery.begin_test(place, name)

        def keep(number: int) -> None:
            place = self.place(slug)
            attempt = bank.standing(place, name).open
            if attempt is not None:
                question = bank.asked_in(attempt)[number]
                delivery.keep(place, name, question, response(question, self.source.random() < skill, self.source))

        def send() -> None:
            place = self.place(slug)
            if bank.standing(place, name).open is not None:
                delivery.send_test(place, name)

        version = catalogue.course(slug).version
        count = len(bank.questions(version.id, name)) if version else 0
        pace = 50 * self.speed
        return [
            (90, begin),
            *((pace * self.source.uniform(0.5, 1.6), lambda n=n: keep(n)) for n in range(count)),
            (25, send),
        ]


def response(question: Question, right: bool, source: Random) -> dict[str, Any]:
    """A right or a wrong answer to `question`, as a page would send it."""
    key, shown = question.answer, question.shown
    if question.type in ("single", "multiple", "true_false"):
        if right:
            return {"chosen": key["right"]}
        return {"chosen": [source.choice([o["id"] for o in shown["options"] if o["id"] not in key["right"]])]}
    if question.type == "matching":
        lefts, rights = list(key["pairs"]), list(key["pairs"].values())
        return {"pairs": dict(zip(lefts, rights if right else rights[1:] + rights[:1], strict=True))}
    if question.type == "ordering":
        return {"items": key["items"] if right else key["items"][::-1]}
    if question.type == "short_text":
        return {"text": key["accept"][0] if right else "belum tahu"}
    return {"text": key["value"] if right else str(int(float(key["value"])) + 7)}


def _evening(source: Random, done: set[int]) -> None:
    """Who finished a course today writes an action plan; some are thanked or confirmed by whom they work for."""
    jobs.work()
    with db.scope():
        fresh = [
            i
            for i in db.session.scalars(
                select(Progress.enrolment_id)
                .join(Person, Person.id == Progress.person_id)
                .where(Person.demo, Progress.completed_at.is_not(None))
                .order_by(Progress.completed_at)
            )
            if i not in done
        ]
    for place_id in fresh:
        done.add(place_id)
        with db.scope(), db.transaction():
            place = db.session.get_one(Enrolment, place_id)
            if source.random() < 0.75:
                home.write_plan(place, source.choice(PLANS_WRITTEN))
                home.react(place, source.choice([3, 4, 4, 5]), source.choice([3, 4, 5]), source.choice([3, 4, 5]))
            chief = who_is.supervisor_of(place.person)
            if chief is not None and source.random() < 0.35:
                supervision.thank(chief, place.person, source.choice(THANKS), place.course)
            if chief is not None and source.random() < 0.5:
                for record in records.of_person(place.person)[:1]:
                    if record.kind == SUPPORTED and record.registration == place.registration:
                        supervision.confirm(record, chief, "Terlihat dalam pekerjaan sehari-hari.")
    jobs.work()

"""The browser of events: found by who, what and when, told in words, and voided with a reason."""

import html
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.core import clock, db
from lms.core.audit import AuditEntry
from lms.lrs import actions as lrs
from lms.lrs import browsing, keys, queries
from lms.people import queries as people
from lms.people.models import Person
from lms.people.roles import Role
from tests.factories import Factories
from tests.lrs.samples import BUDI, FULL, LESSON, REGISTRATION, TEAM, statement
from tests.people.browsing import submit

PAGE = "/operations/statements"


@pytest.fixture
def operator(a: Factories) -> Person:
    """Who looks after the installation."""
    return a.person(name="Dimas Operator", roles=[Role.OPERATOR])


@pytest.fixture
def send(app):
    """Stores a statement and returns its id."""

    def do(who: Person | None = None, **parts) -> str:
        with db.transaction():
            if who is not None:
                parts["actor"] = people.actor(who)
            return lrs.store([statement(**parts)])[0]

    return do


def shown(client, **asked) -> str:
    """The page's words, without markup."""
    answer = client.get(PAGE, query_string=asked)
    assert answer.status_code == 200, answer.text
    return words(answer.text)


def words(page: str) -> str:
    """The text of a page, blanks joined."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.split("<main")[1])).split())


def ids(client, **asked) -> list[str]:
    """The events of a page, in their order."""
    return re.findall(rf'class="title" href="{PAGE}/([0-9a-f-]{{36}})"', client.get(PAGE, query_string=asked).text)


def test_an_event_is_told_in_words(a: Factories, operator: Person, send):
    ana = a.person(name="Ana Lestari")
    send(
        ana,
        verb={"id": "http://adlnet.gov/expapi/verbs/passed"},
        object={**LESSON, "definition": {"name": {"id": "Kuis gratifikasi", "en": "Quiz"}}},
        result={"score": {"scaled": 0.85}, "success": True, "duration": "PT3M10S"},
    )
    page = shown(a.client(operator))
    assert "Ana Lestari lulus Kuis gratifikasi" in page
    assert "nilai 85 % · berhasil · 3 menit" in page
    assert "9 Mar 2026 08.30 WITA" not in page and "22 Nov 2026 16.30 WITA · dicatat oleh Asah" in page


def test_an_empty_store_says_what_will_be_here(a: Factories, operator: Person):
    assert "Belum ada peristiwa" in shown(a.client(operator))
    assert "Tidak ada peristiwa yang sesuai" in shown(a.client(operator), verb="menjawab")


def test_a_tool_is_named_by_its_key(a: Factories, operator: Person):
    with db.transaction():
        made, secret = keys.add_key("Simulasi loket", ["all"])
    with db.transaction():
        lrs.store([statement(actor=BUDI)], queries.find_credential(made.key, secret)[0])
    assert "Budi menjawab https://asah.example/activities/lessons/1" in shown(a.client(operator))
    assert "melalui kunci Simulasi loket" in shown(a.client(operator))


def test_a_name_told_once_is_known_for_the_others(a: Factories, operator: Person, send):
    send(object={**LESSON, "definition": {"name": {"id": "Pelajaran satu"}}})
    send()
    assert shown(a.client(operator)).count("menjawab Pelajaran satu") == 2


def test_found_by_a_persons_name(a: Factories, operator: Person, send):
    ana, eva = a.person(name="Ana Lestari"), a.person(name="Eva Lestari")
    one, other = send(ana), send(eva)
    client = a.client(operator)
    assert ids(client, who="ana les") == [one]
    page = client.get(PAGE, query_string={"who": "lestari"}).text
    assert "Siapa yang Anda maksud?" in page and not re.search(rf'href="{PAGE}/', page)
    links = [html.unescape(link) for link in re.findall(rf'href="({PAGE}\?[^"]+)"', page)]
    assert [re.findall(rf'href="{PAGE}/([0-9a-f-]{{36}})"', client.get(link).text) for link in links] == [
        [one],
        [other],
    ]
    assert ids(client, who="nobody at all") == []


@pytest.mark.parametrize(
    "who",
    ["mailto:budi@example.org", json.dumps(BUDI), json.dumps({**BUDI, "mbox": "mailto:budi@EXAMPLE.org"})],
)
def test_found_by_an_identifier(a: Factories, operator: Person, send, who: str):
    send()
    found = send(actor=BUDI)
    assert ids(a.client(operator), who=who) == [found]


def test_found_by_verb_activity_registration_and_day(a: Factories, operator: Person, send, later):
    early = send()
    later(days=2)
    client = a.client(operator)
    with db.transaction():
        full = lrs.store([FULL])[0]
    read = send(verb={"id": "http://adlnet.gov/expapi/verbs/experienced"}, object={"id": "https://asah.example/2"})
    assert ids(client) == [read, full, early]
    assert ids(client, verb="mempelajari") == ids(client, verb="experienced") == [read]
    assert ids(client, verb="http://adlnet.gov/expapi/verbs/answered") == [full, early]
    assert ids(client, activity="https://asah.example/activities/courses/1") == [full]
    assert ids(client, registration=REGISTRATION) == [full]
    today = clock.today("Asia/Makassar")
    assert ids(client, since=today.isoformat()) == [read, full]
    assert ids(client, until=(today - timedelta(days=1)).isoformat()) == [early]
    assert ids(client, verb="menjawab", since=today.isoformat()) == [full]


@pytest.mark.parametrize(
    "asked",
    [
        {"verb": "melompat"},
        {"activity": "kuis"},
        {"registration": "12"},
        {"since": "2026-03-09", "until": "2026-03-08"},
    ],
)
def test_a_filter_that_cannot_be_is_told(a: Factories, operator: Person, send, asked):
    send()
    answer = a.client(operator).get(PAGE, query_string=asked)
    assert answer.status_code == 400 and 'aria-invalid="true"' in answer.text


def test_older_pages_neither_miss_nor_repeat(a: Factories, operator: Person, send):
    sent = [send(actor=BUDI) for _ in range(browsing.A_PAGE * 2 + 3)]
    send()
    client, found, page = a.client(operator), [], f"{PAGE}?who=mailto:budi@example.org"
    for _ in range(3):
        text = client.get(page).text
        found += re.findall(rf'class="title" href="{PAGE}/([0-9a-f-]{{36}})"', text)
        send(actor=BUDI)
        link = re.search(rf'href="({PAGE}\?more=[^"]+)"', text)
        page = html.unescape(link.group(1)) if link else ""
    assert page == "" and found == sent[::-1]


def test_a_page_address_of_ones_own_making_is_refused(a: Factories, operator: Person):
    assert a.client(operator).get(PAGE, query_string={"more": "abc.def"}).status_code == 400


def test_whose_events_are_read_sees_it_once_a_day(a: Factories, operator: Person, send):
    ana, eva = a.person(name="Ana Lestari"), a.person(name="Eva Wijaya")
    event = send(ana)
    client = a.client(operator)
    for _ in range(2):
        client.get(PAGE)
        client.get(f"{PAGE}/{event}")
    asked = select(AuditEntry.about_person_id, func.count()).where(AuditEntry.action == "events.read")
    assert dict(db.session.execute(asked.group_by(AuditEntry.about_person_id)).all()) == {ana.id: 1}
    assert eva.id


def test_the_event_itself_in_words_and_raw(a: Factories, operator: Person):
    with db.transaction():
        lrs.store([FULL])
    page = a.client(operator).get(f"{PAGE}/{FULL['id']}").text
    said = words(page)
    assert "nilai 50 % · berhasil · 2 menit" in said and REGISTRATION in said
    raw = json.loads(html.unescape(re.search(r"<code>(\{.*?)</code>", page, re.DOTALL).group(1)))
    assert raw["result"] == FULL["result"]
    assert a.client(operator).get(f"{PAGE}/{REGISTRATION}").status_code == 404


def test_an_event_is_voided_with_a_reason(a: Factories, operator: Person, send):
    ana = a.person(name="Ana Lestari")
    event, client = send(ana, context={"registration": REGISTRATION}), a.client(operator)
    here = f"{PAGE}/{event}"
    assert submit(client, f"{here}/void", here, reason="").status_code == 422
    assert not queries.find(event).voided
    assert submit(client, f"{here}/void", here, reason="Tercatat dua kali").status_code == 303
    db.session.rollback()
    assert queries.find(event).voided
    page = words(client.get(here).text)
    assert (
        "tidak dihitung lagi" in page and "Alasan: Tercatat dua kali" in page and "Batalkan peristiwa ini" not in page
    )
    row = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "event.voided"))
    assert (row.person_id, row.about_person_id, row.subject) == (operator.id, ana.id, f"statement:{event}")
    voiding = row.details["voided_by"]
    assert ids(client) == [voiding, event] and "dibatalkan" in shown(client)
    page = client.get(f"{PAGE}/{voiding}").text
    assert "Dimas Operator membatalkan peristiwa lain" in words(page) and f"{PAGE}/{event}" in page
    for again in (event, voiding):
        csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
        sent = client.post(f"{PAGE}/{again}/void", data={"csrf_token": csrf, "reason": "Lagi"})
        assert sent.status_code == 409


@pytest.mark.pure
def test_json_is_shown_line_by_line():
    assert browsing.pretty('{"a":[],"b":{},"c":[1.50,{"d":"x,{}[]: \\" y"}],"e":null}') == (
        '{\n  "a": [],\n  "b": {},\n  "c": [\n    1.50,\n    {\n      "d": "x,{}[]: \\" y"\n    }\n  ],\n  "e": null\n}'
    )


@pytest.mark.parametrize(
    "parts, said",
    [
        ({"actor": TEAM}, "Tim menjawab"),
        ({"actor": {"objectType": "Group", "member": [BUDI, TEAM["member"][0]]}}, "kelompok 2 orang menjawab"),
        ({"actor": {"openid": "https://id.example/x"}}, "https://id.example/x menjawab"),
        ({"object": BUDI | {"objectType": "Agent"}}, "menjawab Budi"),
        ({"verb": {"id": "https://asah.example/verbs/melatih"}}, "melatih https"),
        (
            {"verb": {"id": "https://asah.example/verbs/x", "display": {"id-ID": "melatih", "en": "coached"}}},
            "melatih https",
        ),
        ({"verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en": "answered"}}}, "menjawab https"),
        (
            {
                "object": {
                    "objectType": "SubStatement",
                    "actor": BUDI,
                    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
                    "object": LESSON,
                }
            },
            "rencana: Budi menyelesaikan https",
        ),
        ({"result": {"score": {"raw": 7, "max": 10}}}, "nilai 7 dari 10"),
        ({"result": {"score": {"raw": 7}, "success": False, "completion": True}}, "nilai 7 · belum berhasil · tuntas"),
        ({"result": {"duration": "PT42.7S"}}, "42 detik"),
        ({"result": {"duration": "P1Y2M"}}, "P1Y2M"),
    ],
)
def test_every_kind_of_event_has_words(a: Factories, operator: Person, send, parts, said):
    send(**parts)
    assert said in shown(a.client(operator))

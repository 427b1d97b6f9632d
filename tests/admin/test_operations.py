"""The operator sees what is wrong and why, and can let it be tried again; the log is read within one's units."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update

from lms import wiring
from lms.admin import cli, queries, words
from lms.core import audit, clock, db, events, jobs
from lms.core.audit import AuditEntry
from lms.core.heartbeat import beat
from lms.core.jobs import Job
from lms.lrs import queries as stored
from lms.lrs.models import LrsCredential
from lms.people import actions as people
from lms.people.roles import Role
from lms.progress.models import FoldFailure
from tests.factories import FIRST_DAY, Factories


@pytest.fixture
def token(app: Flask):
    """The CSRF token of a page."""

    def read(client, path: str) -> str:
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text).group(1)

    return read


def now_in_the_table(model, number: int):
    """The row as others see it now."""
    db.session.rollback()
    return db.session.get(model, number, populate_existing=True)


def dead_job(kind: str = "certificates.issue", error: str = "FontMissing: no such font") -> int:
    """A job that gave up."""
    with db.transaction():
        job = Job(kind=kind, args={}, due_at=clock.now(), state="dead", attempts=12, last_error=error)
        db.session.add(job)
        db.session.flush()
        return job.id


def test_all_well_says_so(a: Factories):
    operator = a.person(roles=[Role.OPERATOR])
    with db.transaction():
        beat("worker")
    page = a.client(operator).get("/operations/").text
    assert "Semuanya berjalan." in page
    assert "Pemroses tugas latar berjalan" in page
    assert "Tidak ada tugas yang gagal" in page


def test_a_silent_worker_and_an_unread_event_are_told_with_their_reasons(a: Factories):
    operator = a.person(roles=[Role.OPERATOR])
    with db.transaction():
        beat("worker")
        db.session.add(
            FoldFailure(
                registration=uuid4(),
                statement_id="11111111-1111-4111-8111-111111111111",
                reason="the duration P1Y2W cannot be read",
                at=clock.now(),
            )
        )
    with clock.at(clock.now() + timedelta(minutes=5)):
        page = a.client(operator).get("/operations/").text
    assert "Pemroses tugas latar tidak merespons" in page
    assert "1 peristiwa tidak terbaca" in page
    assert "the duration P1Y2W cannot be read" in page


def test_a_dead_job_is_tried_again(a: Factories, token):
    operator = a.person(roles=[Role.OPERATOR])
    number = dead_job()
    client = a.client(operator)
    page = client.get("/operations/jobs").text
    assert "FontMissing: no such font" in page and "Menerbitkan sertifikat" in page
    answer = client.post(
        "/operations/jobs/retry", data={"job": number, "csrf_token": token(client, "/operations/jobs")}
    )
    assert answer.status_code == 303
    job = now_in_the_table(Job, number)
    assert (job.state, job.attempts) == ("waiting", 0)
    assert db.session.scalar(select(AuditEntry.person_id).where(AuditEntry.action == "job.retried")) == operator.id


def test_all_dead_jobs_are_tried_again_at_once(a: Factories, token):
    operator = a.person(roles=[Role.OPERATOR])
    dead_job()
    dead_job("progress.project")
    client = a.client(operator)
    client.post("/operations/jobs/retry", data={"csrf_token": token(client, "/operations/jobs")})
    assert queries.job_counts()["dead"] == 0
    assert queries.job_counts()["waiting"] >= 2


def test_a_job_that_did_not_give_up_is_left_alone(a: Factories, token):
    operator = a.person(roles=[Role.OPERATOR])
    number = dead_job()
    client = a.client(operator)
    csrf = token(client, "/operations/jobs")
    with db.transaction():
        db.session.execute(update(Job).where(Job.id == number).values(state="running"))
    assert client.post("/operations/jobs/retry", data={"job": number, "csrf_token": csrf}).status_code == 404
    assert now_in_the_table(Job, number).state == "running"


def test_a_secret_is_shown_once_and_a_revoked_key_stays_listed(a: Factories, token):
    operator = a.person(roles=[Role.OPERATOR])
    client = a.client(operator)
    page = client.post(
        "/operations/keys",
        data={"name": "Alat simulasi", "scope": "statements/write", "csrf_token": token(client, "/operations/keys")},
    ).text
    key, secret = re.findall(r"<code[^>]*>([^<]+)</code>", page)[:2]
    kept = db.session.scalar(select(LrsCredential).where(LrsCredential.key == key))
    assert kept.scopes == ["statements/write"] and secret not in kept.secret_hash
    later = client.get("/operations/keys").text
    assert key in later and secret not in later
    client.post(f"/operations/keys/{key}/revoke", data={"csrf_token": token(client, "/operations/keys")})
    assert now_in_the_table(LrsCredential, kept.id).revoked_at is not None
    assert "dicabut" in client.get("/operations/keys").text
    actions = set(db.session.scalars(select(AuditEntry.action).where(AuditEntry.person_id == operator.id)))
    assert {"key.added", "key.revoked"} <= actions


def test_a_key_gets_a_new_secret_and_another_name(a: Factories, token):
    operator = a.person(roles=[Role.OPERATOR])
    client = a.client(operator)
    csrf = token(client, "/operations/keys")

    def press(path: str, **sent: str) -> str:
        data = {"csrf_token": csrf, **sent}
        return client.post(f"/operations/keys{path}", data=data, follow_redirects=True).text

    page = press("", name="Alat simulasi", scope="all")
    key, old = re.findall(r"<code[^>]*>([^<]+)</code>", page)[:2]
    same, new = re.findall(r"<code[^>]*>([^<]+)</code>", press(f"/{key}/rotate", grace="24"))[:2]
    assert same == key and new != old
    assert stored.find_credential(key, old) and stored.find_credential(key, new)
    assert "Rahasia lama masih berlaku sampai 10 Mar 2026 08.30 WITA" in client.get("/operations/keys").text
    press(f"/{key}/rotate", grace="0")
    assert stored.find_credential(key, old) is None and stored.find_credential(key, new) is None
    assert "Simulasi loket" in press(f"/{key}/rename", name=" Simulasi loket ")
    assert "Simulasi loket" in client.get("/operations/keys").text
    assert client.post(f"/operations/keys/{key}/rotate", data={"csrf_token": csrf, "grace": "9000"}).status_code == 400
    done = db.session.execute(
        select(AuditEntry.action, AuditEntry.person_id)
        .where(AuditEntry.subject == f"lrs-key:{key}")
        .order_by(AuditEntry.id)
    )
    names = ("key.added", "key.rotated", "key.rotated", "key.renamed")
    assert [tuple(row) for row in done] == [(name, operator.id) for name in names]


def test_the_addresses_to_copy_are_on_the_page_of_keys(a: Factories):
    page = a.client(a.person(roles=[Role.OPERATOR])).get("/operations/keys").text
    for end in ("/xapi/", "/xapi/1.0.3/", "/xapi/2.0/"):
        assert f">http://asah.localhost:8000{end}</code>" in page
    assert "js/copy.js" in page


def test_a_key_may_do_several_things(a: Factories, token):
    client = a.client(a.person(roles=[Role.OPERATOR]))
    sent = {"name": "Alat", "scope": ["statements/write", "state"], "csrf_token": token(client, "/operations/keys")}
    assert client.post("/operations/keys", data=sent).status_code == 200
    assert db.session.scalar(select(LrsCredential.scopes)) == ["statements/write", "state"]


def test_a_key_needs_a_name_and_a_scope_of_ours(a: Factories, token):
    client = a.client(a.person(roles=[Role.OPERATOR]))
    csrf = token(client, "/operations/keys")
    for sent in ({"name": "", "scope": "all"}, {"name": "X", "scope": "own"}, {"name": "X"}):
        assert client.post("/operations/keys", data={**sent, "csrf_token": csrf}).status_code == 400
    assert db.session.scalar(select(LrsCredential.id)) is None


def test_the_log_is_read_within_ones_units_and_reading_it_is_written_down(a: Factories):
    here, there = a.unit("Dinas Kesehatan"), a.unit("Dinas Pendidikan")
    auditor = a.person(name="Hasan Auditor", unit=here, roles=[Role.AUDITOR])
    ana, eva = a.person(name="Ana Lestari", unit=here), a.person(name="Eva Wijaya", unit=there)
    with db.transaction():
        audit.note("record.read", by=eva.id, about=ana.id, subject="record:of-ana")
        audit.note("record.read", by=eva.id, about=eva.id, subject="record:of-eva")
        audit.note("code.issued", by=None, about=None, subject="nobody's")
    page = a.client(auditor).get("/operations/audit").text
    assert "record:of-ana" in page and "Eva Wijaya" in page
    assert "record:of-eva" not in page and "nobody&#39;s" not in page
    assert db.session.scalar(select(AuditEntry.person_id).where(AuditEntry.action == "log.read")) == auditor.id


def test_who_moved_away_stays_in_the_log_of_the_time_before(a: Factories, later):
    here, there = a.unit("Dinas Kesehatan"), a.unit("Dinas Pendidikan")
    auditor = a.person(name="Hasan Auditor", unit=here, roles=[Role.AUDITOR])
    newcomer = a.person(name="Joko Auditor", unit=there, roles=[Role.AUDITOR])
    ana = a.person(name="Ana Lestari", unit=here)
    with db.transaction():
        audit.note("record.read", about=ana.id, subject="while-here")
    later(days=3)
    with db.transaction():
        people.move(ana, there, ana.placement.position, clock.now().date())
    later(days=3)
    with db.transaction():
        audit.note("record.read", about=ana.id, subject="gone-by-then")
    page = a.client(auditor).get("/operations/audit").text
    assert "while-here" in page and "gone-by-then" not in page
    page = a.client(newcomer).get("/operations/audit").text
    assert "gone-by-then" in page and "while-here" not in page


def test_the_log_is_filtered(a: Factories):
    here = a.unit("Dinas Kesehatan")
    officer = a.person(name="Dewi Pelindung", unit=here, roles=[Role.DPO])
    ana = a.person(name="Ana Lestari", unit=here)
    with clock.at(clock.now() - timedelta(days=10)), db.transaction():
        audit.note("code.issued", about=ana.id, subject="ten-days-ago")
    with db.transaction():
        audit.note("record.read", about=ana.id, subject="today")
    client = a.client(officer)

    def shown(**asked):
        page = client.get("/operations/audit", query_string=asked).text
        return {word for word in ("ten-days-ago", "today<") if word in page}

    assert shown() == {"ten-days-ago", "today<"}
    assert shown(action="code.issued") == {"ten-days-ago"}
    assert shown(since=clock.now().date().isoformat()) == {"today<"}
    assert shown(name="lestari") == {"ten-days-ago", "today<"}
    assert shown(name="nobody%") == set()


def test_a_changed_line_of_the_log_is_found(a: Factories, token):
    operator = a.person(roles=[Role.OPERATOR])
    client = a.client(operator)
    csrf = token(client, "/operations/")
    sent = {"csrf_token": csrf, "next": "/operations/"}
    assert "Log utuh" in client.post("/operations/audit/check", data=sent, follow_redirects=True).text
    with db.transaction():
        first = db.session.scalar(select(AuditEntry.id).order_by(AuditEntry.id).limit(1))
        db.session.execute(update(AuditEntry).where(AuditEntry.id == first).values(action="nothing.happened"))
    assert "Mulai baris" in client.post("/operations/audit/check", data=sent, follow_redirects=True).text
    ran = CliRunner().invoke(cli.audit_group, ["verify"])
    assert ran.exit_code == 1 and f"{first}" in ran.output


def test_jobs_from_the_command_line(app: Flask):
    number = dead_job(error="Timeout: the font server")
    assert "Timeout: the font server" in CliRunner().invoke(cli.jobs_group, ["list"]).output
    assert CliRunner().invoke(cli.jobs_group, ["retry", str(number)]).exit_code == 0
    assert CliRunner().invoke(cli.jobs_group, ["retry", str(number)]).exit_code == 1
    assert CliRunner().invoke(cli.jobs_group, ["retry"]).exit_code == 2
    dead_job()
    assert CliRunner().invoke(cli.jobs_group, ["retry", "--all"]).exit_code == 0
    assert jobs.due_ids()


def test_what_is_kept_is_measured(a: Factories):
    before = queries.room()
    a.course("keamanan-informasi")
    after = queries.room()
    assert after.files > before.files and after.file_octets > before.file_octets and after.database_octets > 0


PAGES = ["/operations/", "/operations/jobs", "/operations/keys", "/operations/statements"]


@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_open_what(a: Factories, role: Role | None):
    person = a.person(roles=[role] if role and role is not Role.LEARNER and role is not Role.SUPERVISOR else [])
    if role is Role.SUPERVISOR:
        a.person(name="Eva Wijaya", supervisor=person)
    client = a.client(person if role else None)
    refused = 403 if role else 303
    for path in PAGES:
        assert client.get(path).status_code == (200 if role is Role.OPERATOR else refused), path
    readers = (Role.AUDITOR, Role.DPO)
    assert client.get("/operations/audit").status_code == (200 if role in readers else refused)


def test_a_role_that_ended_reads_nothing_any_more(a: Factories, later):
    here = a.unit("Dinas Kesehatan")
    auditor = a.person(name="Hasan Auditor", unit=here)
    with db.transaction():
        grant = people.grant(auditor, Role.AUDITOR, here, by=None, on=FIRST_DAY)
        grant.to_on = clock.now().date()
    assert a.client(auditor).get("/operations/audit").status_code == 200
    later(days=1)
    assert a.client(auditor).get("/operations/audit").status_code == 403


def test_every_kind_of_job_has_words():
    kinds = {events.kind_of(handler) for handlers in wiring.SOON.values() for handler in handlers}
    assert kinds - set(words.KINDS) == set()

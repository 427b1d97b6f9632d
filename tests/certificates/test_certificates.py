"""Certificates: issued once, numbered without gaps, checked by strangers, printed for the holder, revoked."""

import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pypdf import PdfReader
from sqlalchemy import select, text

from lms.certificates import actions, checks, limits, pdf, queries, signing, views, wording
from lms.certificates.cli import certificates
from lms.certificates.errors import AlreadyRevoked, NotYoursToRevoke, ReasonIsMissing
from lms.certificates.models import Certificate
from lms.core import clock, db, settings, storage, texts
from lms.core.audit import AuditEntry
from lms.enrolment.models import Enrolment
from lms.hours import actions as hours
from lms.people.models import Person
from lms.people.roles import Role
from lms.progress import queries as progress
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from tests.factories import Factories
from tests.hours.finished import a_course, a_place, finish, unfinish, utc


def issue(event) -> None:
    with db.transaction():
        actions.issue(event)


def certified(a: Factories, person: Person | None = None, **course) -> Certificate:
    person = person or a.person(name="Ana Lestari")
    place = a_place(person, a_course(**course))
    issue(finish(place, [utc(9, 3), utc(10, 3), utc(11, 16)]))
    return db.session.scalars(select(Certificate).where(Certificate.registration == place.registration)).one()


def falls(certificate: Certificate) -> Enrolment:
    place = db.session.scalars(select(Enrolment).where(Enrolment.registration == certificate.registration)).one()
    with db.transaction():
        unfinish(place)
        actions.withdraw(CompletionWithdrawn(str(place.registration), place.id))
    return place


def send(client, path: str, **fields: str):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token
    return client.post(path, data={"csrf_token": unescape(token.group(1)), **fields})


@pytest.fixture(autouse=True)
def nobody_guessed():
    views.misses = limits.Misses()


def test_what_is_signed_says_who_learned_what_and_hides_the_nip(a):
    ana = a.person(
        name="Ana Lestari", nip="199004122015032901", unit=a.unit("Dinas Dukcapil"), position=a.position("Analis")
    )
    found = certified(a, ana, title="Etika")
    said = found.payload
    assert (said["name"], said["nip"], said["unit"], said["position"]) == (
        "Ana Lestari",
        "1990**********2901",
        "Dinas Dukcapil",
        "Analis",
    )
    assert (said["course"], said["jp"], said["jp_words"]) == ("Etika", 1, "1 (satu) jam pelajaran")
    assert (said["from"], said["to"]) == ("2026-03-09", "2026-03-12")  # 16.00 UTC is the next day in Makassar
    assert said["number"] == found.number == "1/KOTA/BANGKOM/III/2026"
    assert said["issuer"] == said["agency"] == "Pemerintah Kota Contoh"
    assert said["competencies"] == [{"code": "M.1", "name": "Integritas", "level": 1, "can": "bertindak jujur"}]
    assert "199004122015032901" not in json.dumps(said)
    assert queries.is_genuine(found)
    assert signing.holder_fits({"payload": said, "private": found.private})
    assert checks.verify() == []


def test_one_certificate_however_often_and_however_many_at_once(a):
    place = a_place(a.person(), a_course())
    done = finish(place, [utc(9, 3)] * 3)
    db.session.remove()

    def try_it(_):
        with db.scope(), db.transaction():
            actions.issue(done)

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(try_it, range(30)))
    db.session.rollback()
    [one] = db.session.scalars(select(Certificate))
    assert one.number.startswith("1/")


def test_numbers_have_no_gaps_within_agency_and_year_also_when_something_fails(a):
    ana = a.person()
    places = [a_place(ana, a_course()) for _ in range(12)]
    done = [finish(place, [utc(9, 3)] * 3) for place in places]
    with pytest.raises(ZeroDivisionError), db.transaction():
        actions.issue(done[0])
        raise ZeroDivisionError
    number = ana.id
    db.session.remove()

    def try_it(event):
        with db.scope(), db.transaction():
            actions.issue(event)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(try_it, done))
    db.session.rollback()
    numbers = sorted(int(number.split("/")[0]) for number in db.session.scalars(select(Certificate.number)))
    assert numbers == list(range(1, 13))
    with clock.at(utc(9, 3).replace(year=2027)):
        assert certified(a, db.session.get_one(Person, number)).number == "1/KOTA/BANGKOM/III/2027"
    assert checks.verify() == []


def test_an_agency_spells_its_own_numbers(a):
    city = a.agency()
    with db.transaction():
        db.session.merge(city).settings = {
            "certificate_number": "B.{sequence}/{unit}/{classification}/{year}",
            "certificate_unit": "BKPSDM",
            "certificate_classification": "800.2",
            "certificate_place": "Makassar",
            "certificate_officer": "Kepala BKPSDM",
        }
    found = certified(a)
    assert found.number == "B.1/BKPSDM/800.2/2026"
    assert (found.payload["place"], found.payload["officer"]) == ("Makassar", "Kepala BKPSDM")
    with db.transaction():
        db.session.merge(city).settings = {"certificate_number": "always the same"}
    assert certified(a).number == "2/KOTA/BANGKOM/III/2026"


def test_somebody_without_a_place_of_work_has_one_too(a):
    ana = a.person()
    place = a_place(ana, a_course())
    with clock.at(utc(9, 3).replace(year=2020)):  # before the first placement and employment
        issue(finish(place, [utc(9, 3).replace(year=2020)] * 3))
    found = db.session.scalars(select(Certificate)).one()
    assert (found.number, found.payload["nip"], found.payload["issuer"]) == ("1/ASAH/BANGKOM/III/2020", "", "Asah")
    assert PdfReader(io.BytesIO(actions.pdf_of(found))).pages


def test_what_is_not_completed_has_none(a):
    place = a_place(a.person(), a_course())
    done = finish(place, [utc(9, 3)] * 3)
    with db.transaction():
        unfinish(place)
    issue(done)
    assert db.session.scalars(select(Certificate)).all() == []


def test_a_certificate_falls_with_its_completion_and_a_new_one_follows(a):
    found = certified(a)
    place = falls(found)
    assert queries.check(found.code).state == "revoked"
    assert (found.revoked_by_id, found.revoked_why) == (None, actions.FELL)
    issue(finish(place, [utc(12, 3)] * 3))
    again = queries.of_registration(place.registration)
    assert again.code != found.code and again.number.startswith("2/")
    assert [one.revoked_at is None for one in queries.of_person(place.person)] == [True, False]
    assert checks.verify() == []


def test_other_evidence_for_the_same_course_leaves_it_alone(a):
    found = certified(a)
    place = db.session.scalars(select(Enrolment)).one()
    with db.transaction():
        actions.withdraw(CompletionWithdrawn(str(place.registration), place.id))
    assert queries.check(found.code).state == "valid"


def test_revoking_needs_a_hat_and_a_reason_and_is_for_good(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person(name="Ana")
    found = certified(a, ana)
    for by in (ana, a.person(roles=[Role.UNIT_HR], scope=a.agency())):
        with pytest.raises(NotYoursToRevoke), db.transaction():
            actions.revoke(found, by, "Karena.")
    with pytest.raises(ReasonIsMissing), db.transaction():
        actions.revoke(found, chief, " ")
    client = a.client(chief)
    assert "Cabut sertifikat ini" in client.get(f"/certificates/{found.code}").text
    assert send(client, f"/certificates/{found.code}/revoke", why="").status_code == 422
    assert send(client, f"/certificates/{found.code}/revoke", why="Dikerjakan orang lain.").status_code == 303
    db.session.rollback()
    page = a.client().get(f"/certificates/{found.code}")
    assert page.status_code == 200 and "sudah dicabut" in page.text and "Dikerjakan" not in page.text
    db.session.expire_all()
    with pytest.raises(AlreadyRevoked), db.transaction():
        actions.revoke(found, chief, "Sekali lagi.")
    issue(finish(db.session.scalars(select(Enrolment)).one(), [utc(9, 3)] * 3))
    assert len(queries.of_person(ana)) == 1
    assert a.client(ana).get(f"/certificates/{found.code}.pdf").status_code == 404
    assert a.client(ana).get(f"/certificates/{found.code}/revoke").status_code == 403
    [noted] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.revoked"))
    assert (noted.person_id, noted.about_person_id, noted.details["why"]) == (
        chief.id,
        ana.id,
        "Dikerjakan orang lain.",
    )


def test_a_stranger_checks_a_code_without_signing_in(a):
    ana = a.person(name="Ana Lestari", nip="199004122015032901")
    found = certified(a, ana, title="Etika Dasar")
    stranger = a.client()
    for spelled in (
        found.code,
        found.code.lower(),
        wording.grouped(found.code),
        f"{found.code}?utm_source=wa&x=%3Cb%3E",
    ):
        page = stranger.get(f"/certificates/{spelled}")
        assert page.status_code == 200
        for said in (
            "Sertifikat ini berlaku",
            "Ana Lestari",
            "1990**********2901",
            "Etika Dasar",
            "1 JP",
            found.number,
        ):
            assert said in page.text
        assert "199004122015032901" not in page.text
        assert page.headers["X-Robots-Tag"] == "noindex"
    asked = stranger.get("/certificates/")
    assert asked.status_code == 200 and 'name="code"' in asked.text
    typed = stranger.get("/certificates/", query_string={"code": f" {wording.grouped(found.code).lower()} "})
    assert typed.headers["Location"] == f"/certificates/{found.code}"


def test_unknown_codes_look_alike_and_guessing_has_to_wait(a):
    found = certified(a)
    stranger = a.client()
    for code in (wording.new_code(), "unknown", "x" * 300, "%27%20OR%201=1", found.code[:-1] + "U"):
        page = stranger.get(f"/certificates/{code}")
        assert page.status_code == 404 and "Kode tidak dikenal" in page.text and 'name="code"' in page.text
    for _ in range(limits.FREE):
        last = stranger.get(f"/certificates/{wording.new_code()}")
    assert last.status_code == 429
    with clock.at(clock.later(minutes=2)):
        assert stranger.get(f"/certificates/{found.code}").status_code == 200


def test_addresses_are_forgotten_when_there_are_too_many(monkeypatch, a):
    monkeypatch.setattr(limits, "MOST", 2)
    misses = limits.Misses()
    for address in ("a", "b", "c"):
        for _ in range(limits.FREE):
            misses.count(address)
    assert [misses.too_many(address) for address in "abc"] == [False, True, True]


def test_what_was_altered_in_the_database_is_not_called_valid(a):
    found = certified(a)
    with db.transaction():
        changed = json.dumps(found.payload | {"name": "Orang Lain"})
        db.session.execute(text("UPDATE certificate SET payload = :p"), {"p": changed})
    page = a.client().get(f"/certificates/{found.code}")
    assert page.status_code == 200 and "Jangan percayai" in page.text and "Orang Lain" not in page.text
    db.session.rollback()
    db.session.expire_all()
    assert "its signature does not fit" in [d.says for d in checks.verify()]


def test_other_differences_are_named(a):
    found, other = certified(a), a.person()
    place = db.session.scalars(select(Enrolment)).one()
    with db.transaction():
        db.session.execute(text("UPDATE certificate SET person_id = :p"), {"p": other.id})
        db.session.execute(text("UPDATE certificate_sequence SET last = 2"))
    says = {d.says for d in checks.verify()}
    assert says == {
        "it is not of this place's person and course",
        "2 numbers were given in 2026, and 1 certificates are there",
    }
    with db.transaction():
        db.session.execute(text("UPDATE certificate SET person_id = :p"), {"p": place.person_id})
        unfinish(place)
    assert "it stands, and its course is not completed" in {d.says for d in checks.verify()}
    assert found.code


def test_the_pdf_is_for_the_holder_and_those_who_may_see_them(a):
    chief, eva = a.person(name="Budi"), a.person(name="Eva")
    ana = a.person(name="Ana Lestari", supervisor=chief, nip="199004122015032901")
    found = certified(a, ana)
    path = f"/certificates/{found.code}.pdf"
    assert a.client(eva).get(path).status_code == 404
    assert a.client().get(path).status_code == 303
    assert a.client(ana).get(f"/certificates/{wording.new_code()}.pdf").status_code == 404
    first = a.client(ana).get(path)
    assert first.status_code == 200 and first.data.startswith(b"%PDF")
    assert a.client(chief).get(path).data == first.data
    assert "Unduh PDF" in a.client(ana).get(f"/certificates/{found.code}").text
    assert "Unduh PDF" not in a.client(chief).get(f"/certificates/{found.code}").text
    db.session.rollback()
    [noted] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "record.read"))
    assert (noted.person_id, noted.about_person_id) == (chief.id, ana.id)

    printed = PdfReader(io.BytesIO(first.data))
    words = " ".join(page.extract_text() for page in printed.pages)
    for said in (
        "Ana Lestari",
        "199004122015032901",
        "12 April 1990",
        "1 (satu) jam pelajaran",
        "9–12 Maret 2026",
        "Pelajaran 3",
    ):
        assert said in words, said
    assert "bukan tanda tangan elektronik tersertifikasi" in words
    assert printed.metadata.title == f"Sertifikat {found.number}: Etika"
    assert printed.trailer["/Root"]["/MarkInfo"]["/Marked"] and printed.trailer["/Root"]["/Lang"] == "id"
    assert b"pdfaid" in first.data
    assert list(printed.attachments) == ["sertifikat.json"]


def test_a_lost_file_is_made_again(a):
    found = certified(a)
    with db.transaction():
        first = actions.pdf_of(db.session.merge(found))
    kept = db.session.get_one(Certificate, found.id).pdf
    storage.path(kept).unlink()
    with db.transaction():
        assert actions.pdf_of(db.session.get_one(Certificate, found.id)) == first


def test_long_names_and_titles_fit_on_their_page(a):
    ana = a.person(
        name="Prof. Dr. Ir. Raden Roro Siti Nurhalizah Kusumaningtyas Wardhani Prabowo, S.Sos., M.A.P., Ph.D."
    )
    title = (
        "Pelayanan Publik Prima di Loket dan Daring bagi Petugas Administrasi Kependudukan dan Puskesmas di Kepulauan"
    )
    found = certified(a, ana, title=title)
    made = PdfReader(io.BytesIO(actions.pdf_of(found)))
    assert len(made.pages) == 2
    first = " ".join(made.pages[0].extract_text().split())
    assert ana.name in first and title in first and found.number in first
    told = pdf.inputs(found.payload, found.private, found.signature, found.key_id, [("Pelajaran", 6)] * 3, "http://x/y")
    assert len(pdf.pictures(told, ppi=20)) == 2


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-03-09", "2026-03-09", "9 Maret 2026"),
        ("2026-03-09", "2026-03-12", "9–12 Maret 2026"),
        ("2026-02-27", "2026-03-02", "27 Februari 2026 – 2 Maret 2026"),
    ],
)
def test_the_time_is_said_as_short_as_it_stays_clear(first, last, words):
    payload = {"jp_words": "", "method": "", "from": first, "to": last}
    with texts.speak("id"):
        assert pdf._facts(payload)[1][1] == words


@pytest.fixture
def files(a, tmp_path) -> tuple[Path, Path, Certificate]:
    """A certificate's PDF and the keys as a stranger has them."""
    found = certified(a)
    (tmp_path / "ana.pdf").write_bytes(actions.pdf_of(found))
    (tmp_path / "key.json").write_bytes(a.client().get("/certificates/key.json").data)
    return tmp_path / "ana.pdf", tmp_path / "key.json", found


def run(*args: object):
    with texts.speak("en"):
        return CliRunner().invoke(certificates, [str(arg) for arg in args])


def test_a_pdf_is_verified_offline(files, tmp_path):
    file, key, found = files
    for arguments in (["--key", key], []):
        ran = run("verify", file, *arguments)
        assert ran.exit_code == 0, ran.output
        assert f"Genuine: signed with the key {found.key_id}." in ran.output
        assert found.number in ran.output and found.payload["name"] in ran.output
    [jwk] = json.loads(key.read_text())["keys"]
    assert (jwk["kid"], jwk["crv"]) == (found.key_id, "Ed25519")
    pem = Ed25519PublicKey.from_public_bytes(signing.from_text(jwk["x"])).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "one.json").write_text(json.dumps(jwk))
    inside = signing.unpacked(file.read_bytes())
    (tmp_path / "ana.json").write_text(json.dumps(inside, indent=2))
    for name in ("key.pem", "one.json"):
        assert run("verify", tmp_path / "ana.json", "--key", tmp_path / name).exit_code == 0


def test_forgeries_are_called_so(files, tmp_path):
    file, key, _found = files
    inside = signing.unpacked(file.read_bytes())
    forged = tmp_path / "forged.json"
    for changed, says in (
        (inside | {"payload": inside["payload"] | {"name": "Orang Lain"}}, "NOT GENUINE: the signature"),
        (inside | {"private": inside["private"] | {"nip": "1"}}, "NOT GENUINE: NIP"),
        (inside | {"signature": "x"}, "NOT GENUINE: the signature"),
        (inside | {"key_id": "0" * 16}, "not among the keys given"),
        ({"x": 1}, "carries no signed data"),
    ):
        forged.write_text(json.dumps(changed))
        ran = run("verify", forged, "--key", key)
        assert ran.exit_code == 1 and says in ran.output, says
    for junk in (
        b"junk",
        b"{}",
        b'{"keys": 1}',
        b'{"keys": [{"crv": "Ed25519"}]}',
        b'{"keys": [{"crv": "Ed25519", "x": "?"}]}',
    ):
        key.write_bytes(junk)
        assert run("verify", file, "--key", key).exit_code == 1


def test_the_public_key_is_printed_before_and_after_its_first_use(a):
    [before] = json.loads(run("public-key").output)["keys"]
    found = certified(a)
    [after] = json.loads(run("public-key").output)["keys"]
    assert before == after and after["kid"] == found.key_id


def test_after_a_change_of_key_old_certificates_are_still_genuine(a, tmp_path):
    old = certified(a)
    signing.make_key(tmp_path / "new.pem")
    chosen = settings.current()
    object.__setattr__(chosen, "signing_key", str(tmp_path / "new.pem"))
    new = certified(a, title="Lain")
    assert new.key_id != old.key_id
    assert queries.is_genuine(old) and queries.is_genuine(new)
    assert len(queries.key_set()["keys"]) == 2
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.key_used")).all()) == 2


def test_siasn_is_told_the_hours_that_count(a):
    found = certified(a)
    assert queries.siasn_hours(found) == 0
    place = db.session.scalars(select(Enrolment)).one()
    assert progress.of(place) is not None
    with db.transaction():
        hours.credit(CourseCompleted(str(place.registration), place.id))
    assert queries.siasn_hours(found) == 1

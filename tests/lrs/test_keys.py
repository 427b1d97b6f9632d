"""Keys are made, get new secrets, are renamed and revoked; each is written down once, and shows when it was last used."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.core import clock, db, texts
from lms.core.audit import AuditEntry
from lms.lrs import cli, keys, queries
from lms.lrs.credentials import SCOPES, matches
from lms.lrs.errors import KeyIsRevoked, NoSuchKey
from lms.lrs.models import LrsCredential
from tests.lrs.samples import statement


def lms(*words):
    """What the command prints."""
    db.session.rollback()
    with texts.speak("en"):
        done = CliRunner().invoke(cli.lrs, words)
    db.session.rollback()
    return done


def test_a_key_from_the_command_line_opens_the_store(store):
    made = json.loads(lms("key", "add", "--scope", "all", "--name", "Alat", "--json").stdout)
    store.key, store.secret = made["key"], made["secret"]
    assert store.post(statement()).status_code == 200


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_can_be_given(scope):
    made = json.loads(lms("key", "add", "--scope", scope, "--name", "Alat", "--json").stdout)
    assert queries.find_credential(made["key"], made["secret"])[0].scopes == {scope}


def test_a_scope_that_is_none_is_refused():
    assert lms("key", "add", "--scope", "own", "--name", "Alat").exit_code == 2
    with pytest.raises(ValueError, match="no such scope: own"):
        keys.add_key("Alat", ["own"])
    with pytest.raises(ValueError, match="none given"):
        keys.add_key("Alat", [])


def test_a_rotated_key_opens_by_its_new_secret_only(store):
    old = store.secret
    store.secret = json.loads(lms("key", "rotate", store.key, "--json").stdout)["secret"]
    assert store.secret != old
    assert store.post(statement()).status_code == 200
    store.secret = old
    assert store.post(statement()).status_code == 401


def test_the_old_secret_opens_until_the_grace_is_over(store, later):
    old = store.secret
    new = json.loads(lms("key", "rotate", store.key, "--grace-hours", "24", "--json").stdout)["secret"]
    assert "the old secret until" in lms("key", "list").stdout
    for store.secret in (old, new):
        assert store.post(statement()).status_code == 200
    later(hours=24)
    assert store.post(statement()).status_code == 200
    store.secret = old
    assert store.post(statement()).status_code == 401


def test_a_second_rotation_ends_the_grace_of_the_first(store):
    first = store.secret
    lms("key", "rotate", store.key, "--grace-hours", "24")
    lms("key", "rotate", store.key)
    assert store.post(statement()).status_code == 401
    assert queries.find_credential(store.key, first) is None


def test_a_revoked_key_opens_by_no_secret_and_gets_no_new_one(store):
    lms("key", "rotate", store.key, "--grace-hours", "24")
    assert lms("key", "revoke", store.key).exit_code == 0
    assert store.post(statement()).status_code == 401
    with pytest.raises(KeyIsRevoked), db.transaction():
        keys.rotate_key(store.key)
    assert lms("key", "rotate", store.key).exit_code == 1


@pytest.mark.parametrize("words", [("rotate", "nothing"), ("revoke", "nothing"), ("rename", "nothing", "Alat")])
def test_a_key_that_is_not_there(words):
    done = lms("key", *words)
    assert done.exit_code == 1 and "nothing" in done.output


def test_a_renamed_key_vouches_by_its_new_name(store):
    first = store.post(statement()).json[0]
    assert lms("key", "rename", store.key, "Simulasi loket").exit_code == 0
    second = store.post(statement()).json[0]
    names = {one["id"]: one["authority"]["name"] for one in store.find()}
    assert names == {first: "a test", second: "Simulasi loket"}


def test_what_happens_to_a_key_is_written_down_once(app):
    with db.transaction():
        made, _ = keys.add_key("Alat", ["all"])
    for do in (keys.rotate_key, keys.revoke_key, keys.revoke_key):
        with db.transaction():
            do(made.key)
    with db.transaction(), pytest.raises(NoSuchKey):
        keys.revoke_key("nothing")
    asked = select(AuditEntry.action, func.count()).where(AuditEntry.subject == f"lrs-key:{made.key}")
    assert dict(db.session.execute(asked.group_by(AuditEntry.action)).all()) == {
        "key.added": 1,
        "key.rotated": 1,
        "key.revoked": 1,
    }


def test_no_secret_is_kept(store):
    new = json.loads(lms("key", "rotate", store.key, "--grace-hours", "1", "--json").stdout)["secret"]
    row = db.session.scalar(select(LrsCredential).where(LrsCredential.key == store.key))
    kept = " ".join(str(value) for value in vars(row).values())
    log = " ".join(json.dumps(details) for details in db.session.scalars(select(AuditEntry.details)))
    for secret in (store.secret, new):
        assert secret not in kept + log
    assert matches(row.secret_hash, new) and matches(row.old_secret_hash, store.secret)


def test_the_last_use_is_known_to_the_hour(store, later):
    def used():
        return lms("key", "list").stdout.strip().split("\t")[-1]

    assert used() == "-"
    store.find()
    first = used()
    assert first == clock.now().isoformat(timespec="minutes")
    later(minutes=50)
    store.find()
    assert used() == first
    later(minutes=20)
    store.find()
    assert used() == clock.now().isoformat(timespec="minutes")


def test_a_grace_beyond_a_month_is_refused(store):
    assert lms("key", "rotate", store.key, "--grace-hours", "721").exit_code == 2
    with pytest.raises(ValueError, match="grace"):
        keys.rotate_key(store.key, timedelta(days=31))

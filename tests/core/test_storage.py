"""Files: durable before anybody names them, let go once nobody does, and never under who is just about to name them."""

import os
from datetime import timedelta

import pytest

from lms.core import clock, storage


@pytest.fixture
def named(app):
    """What rows name; more can be added."""
    names: set[str] = set()
    storage.named_by([lambda: names])
    return names


def test_the_name_is_durable_too(app, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.path.realpath(f"/proc/self/fd/{handle}")))
    digest = storage.put(b"isi")
    place = storage.path(digest)
    assert {str(place.parent.resolve()), str(place.parent.parent.resolve())} <= set(synced)
    synced.clear()
    storage.put(b"isi")  # another one wrote it, and may not have come so far
    assert str(place.parent.resolve()) in synced


def test_only_what_nothing_names_any_more_is_let_go(named, later):
    kept, gone = storage.put(b"dipakai"), storage.put(b"tidak dipakai")
    named.add(kept)
    later(hours=1)
    storage.let_go([kept, gone])
    assert storage.read(kept) == b"dipakai"
    with pytest.raises(FileNotFoundError):
        storage.read(gone)


def test_what_was_just_put_again_stays(named, later):
    digest = storage.put(b"isi")
    later(hours=1)
    storage.put(b"isi")  # its row is not committed yet
    storage.let_go([digest])
    assert storage.read(digest) == b"isi"
    assert not storage.discard(storage.path(digest), clock.now() - timedelta(seconds=1))
    assert [one.name for one in storage.path(digest).parent.iterdir()] == [digest[2:]]


def test_what_is_left_of_old_writes_is_found(named, later):
    kept, left = storage.put(b"dipakai"), storage.put(b"sisa")
    named.add(kept)
    half = storage.path(left).parent / "tmpabc"
    half.write_bytes(b"set")
    os.utime(half, (clock.now().timestamp(),) * 2)
    later(days=2)
    fresh = storage.put(b"baru")
    assert storage.unnamed(clock.later(days=-1)) == sorted([storage.path(left), half])
    assert storage.path(fresh) in storage.unnamed(clock.later(seconds=1))


def test_where_nobody_says_what_names_files_none_is_let_go(app):
    digest = storage.put(b"isi")
    storage.named_by([])
    with pytest.raises(RuntimeError):
        storage.let_go([digest])
    with pytest.raises(RuntimeError):
        storage.unnamed(clock.later(days=9))
    assert storage.read(digest) == b"isi"

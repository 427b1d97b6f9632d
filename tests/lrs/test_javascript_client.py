"""A stock JavaScript client against the running server: @xapi/xapi from npm, by both of its ways over the wire.

`make test` installs it with the other packages of package.json, and Node where the machine has none.
"""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("javascript_client.cjs")


def run(served, store, adapter):
    """What the client found; a client that is missing fails the test, and never skips it."""
    assert (ROOT / "node_modules/@xapi/xapi").is_dir(), "run `make test`: it installs what package.json names"
    address = [f"{served}/xapi", store.key, store.secret, adapter]
    done = subprocess.run(
        ["bash", "tools/node.sh", "node", str(SCRIPT), *address], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("adapter", ["axios", "fetch"])
def test_everything_that_the_client_can_do(served, store, adapter):
    said = run(served, store, adapter)

    assert said["about"]["version"] == ["1.0.3", "2.0.0"]
    [one], many = said["one"], said["many"]
    assert said["read"]["id"] == one and said["read"]["authority"]["account"]["name"] == store.key
    assert said["pages"] == [[one, many[0]], many[1:3], many[3:]]
    assert said["through"].endswith("Z")
    assert said["voided"] == one
    assert "no such statement" in said["gone"]
    assert json.loads(said["invalid"])["path"].startswith("actor")

    assert adapter == "fetch" or "The Content-Type must be" in said["by_axios"]
    statement, content = said["attached"]
    assert (statement["attachments"][0]["sha2"], content) == (said["sha2"], "Bukti kehadiran \u2713")
    # the client forgets the line end after each content but the last: such a body is refused, never guessed at
    assert "do not have the hash" in said["without_line_end"]
    assert said["batch"] == ["Bukti kehadiran \u2713", "Bukti lain"]
    assert [sorted(page) for page in said["attached_pages"]] == [
        ["Bukti kehadiran \u2713", "Bukti lain"],
        ["Bukti kehadiran \u2713"],
    ]

    assert (said["state"], said["state_now"]) == ({"slide": 1, "score": 2}, {"slide": 3})
    assert "Nothing was changed" in said["stale"]
    assert (said["states"], said["states_after"]) == (["tempat"], [])
    for kind in ("Activity", "Agent"):
        assert said[kind] == {"first": {"a": 1}, "second": {"b": 2}, "listed": ["a"], "after": []}
    assert said["person"]["objectType"] == "Person"
    assert said["activity"]["id"] == "https://asah.example/activities/lessons/1"

"""`python -m fuzz [NAME ...] --seconds N`: atheris makes inputs for each parser, from seeds and from what it kept before.

Needs atheris (`pip install -e '.[dev]'`). What reaches new code is kept in var/fuzz/NAME; an input that breaks a
promise is written to var/fuzz/NAME.crash-..., and becomes a named case of the tests.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["lms.lrs"]):
    from fuzz.seeds import SEEDS
    from fuzz.targets import TARGETS


def run(name: str, seconds: int, folder: Path) -> None:
    """Look for a find in one target, for so long; this process ends with it."""
    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for n, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{n}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=5",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/{name}.", str(corpus)], TARGETS[name])
    atheris.Fuzz()


def main() -> int:
    """One target here; several, or all, each in a process of its own. 1 where one found something."""
    words = argparse.ArgumentParser(prog="python -m fuzz", description="Look for inputs that break a parser.")
    words.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TARGETS))
    words.add_argument("--seconds", type=int, default=600, help="For each target.")
    words.add_argument("--folder", type=Path, default=Path("var/fuzz"), help="Where inputs are kept.")
    given = words.parse_args()
    names = given.names or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        words.error(f"no such target: {', '.join(sorted(unknown))}")
    if len(names) == 1:
        run(names[0], given.seconds, given.folder)
        return 0
    rest = ["--seconds", str(given.seconds), "--folder", str(given.folder)]
    found = [name for name in names if subprocess.run([sys.executable, "-m", "fuzz", name, *rest]).returncode]
    print("found something in: " + ", ".join(found) if found else "nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

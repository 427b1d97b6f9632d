"""Copy what the pages take from npm into lms/static/vendor/, after `npm ci --ignore-scripts`.

Nothing from npm is committed; the wheel carries the copies. Each package's licence stands beside its file, because
both the font (OFL-1.1) and our users have a right to it.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "lms" / "static" / "vendor"
JAKARTA = "@fontsource-variable/plus-jakarta-sans"

TAKEN = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    f"{JAKARTA}/files/plus-jakarta-sans-latin-wght-normal.woff2": "plus-jakarta-sans-latin.woff2",
    f"{JAKARTA}/LICENSE": "plus-jakarta-sans.LICENSE.txt",
}
"""Path inside node_modules -> name inside lms/static/vendor."""


def build(modules: Path, vendor: Path) -> list[Path]:
    """`vendor` holds exactly the files of TAKEN; returns them. Raises FileNotFoundError when a package is missing."""
    missing = [path for path in TAKEN if not (modules / path).is_file()]
    if missing:
        raise FileNotFoundError(f"{missing[0]} is not in {modules}: run `npm ci --ignore-scripts` first.")
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    return [Path(shutil.copyfile(modules / path, vendor / name)) for path, name in TAKEN.items()]


if __name__ == "__main__":
    try:
        for made in build(ROOT / "node_modules", VENDOR):
            print(f"{made.relative_to(ROOT)}  {made.stat().st_size} bytes")
    except FileNotFoundError as problem:
        sys.exit(str(problem))

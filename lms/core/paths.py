"""Where the things beside the code are: inside the installed package, else beside it in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def shipped(name: str) -> Path:
    """The folder `name` (templates, courses or migrations) as shipped in the wheel, or as it stands in the checkout."""
    for place in (PACKAGE / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"{name}: neither in the package nor beside it")

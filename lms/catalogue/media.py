"""Where the pictures of a version are found."""

from uuid import UUID

from lms.content.pictures import TYPES, kind_of

__all__ = ["TYPES", "address", "kind_of"]


def address(version: UUID, name: str) -> str:
    """The address of the picture `name` of a version; its bytes never change."""
    return f"/media/{version}/{name}"

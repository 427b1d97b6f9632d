"""What can be wrong with what somebody sends in."""

from lms.content.source import Complaint
from lms.core.errors import N_, Invalid, TooLarge


class CourseHasErrors(Invalid):
    """A course folder that cannot be used yet; `complaints` lists all that was found, warnings too."""

    says = N_(
        "The course cannot be used yet: %(number)s to put right. The first: %(first)s Nothing was imported; correct "
        "the folder and send it again."
    )

    def __init__(self, complaints: list[Complaint]):
        errors = [c for c in complaints if not c.warning]
        super().__init__(number=len(errors), first=str(errors[0]))
        self.complaints = complaints


class NotAnArchive(Invalid):
    """It is not a zip, or a damaged one."""

    says = N_(
        "This file is not a zip archive, or it was damaged on the way. Nothing was stored. Zip the course folder "
        "again and send the new file."
    )


class UnsafeArchive(Invalid):
    """A zip that no honest tool makes, or one that would write where it should not."""

    says = N_(
        "This zip was refused because of “%(name)s”: %(reason)s Nothing was stored. Zip only the course folder, "
        "with ordinary files, and send it again."
    )


class ArchiveTooLarge(TooLarge):
    """More files or more bytes than a course needs."""

    says = N_(
        "This zip holds too much: a course may have %(files)s files and %(size)s MB in all. Nothing was stored. "
        "Make the pictures smaller or split the course."
    )

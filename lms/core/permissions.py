"""What one may be allowed to do. Who is allowed is decided by `people.may`."""

from enum import StrEnum


class Permission(StrEnum):
    """Each route asks for one of these (or is public)."""

    LEARN = "learn"
    """Take courses and see one's own record."""
    SUPERVISE = "supervise"
    """See and support one's own team."""
    CONFIRM = "confirm"
    """Confirm another's competency (supervisor of the person, or assessor)."""
    AUTHOR = "author"
    """Import, preview and publish courses."""
    REVIEW = "review"
    """Give the second person's yes to a course."""
    APPROVE_HOURS = "approve_hours"
    """Approve a course's minutes and decide waiting hours."""
    MANAGE_PEOPLE = "manage_people"
    """Issue codes and look after the people of one's unit."""
    MANAGE_AGENCY = "manage_agency"
    """Rules, dictionary and position standards of the agency."""
    AUDIT = "audit"
    """Read the audit log and any record, for control."""
    PROTECT_DATA = "protect_data"
    """Read who saw what, as data-protection officer."""
    OPERATE = "operate"
    """Look after the installation: keys, jobs, health."""

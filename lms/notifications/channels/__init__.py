"""Ways to reach people, one file each.

A channel answers `address_of(person) -> str | None` (None: it cannot reach them) and `send(message, address)`, which
raises `Undeliverable`. `AT_ONCE` says that it writes to our own database and belongs into the transaction of the cause;
the others are jobs. To add one, write its file and name it here.
"""

from types import ModuleType

from lms.notifications.channels import email, inapp

CHANNELS: dict[str, ModuleType] = {"inapp": inapp, "email": email}

"""A message as a letter of plain text."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lms.core import paths, settings
from lms.core.texts import _
from lms.notifications.kinds import Message


@cache
def _template() -> Template:
    # plain text: nothing is escaped, and nothing in it is ever shown as HTML
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(paths.shipped("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _
    return environment.get_template("email/notification.txt")


def letter(message: Message, name: str) -> tuple[str, str]:
    """Subject and body for the person called `name`, in the language of the moment."""
    words = message.words()
    body = _template().render(name=name, words=words, address=settings.current().address + message.path)
    return " ".join(words.title.split()), body

"""One who speaks to the store in a version, and what a test of the standard's words says of it."""

from dataclasses import dataclass

from .samples import LESSON, statement
from .verdicts import kept_as_sent, refused

ID = "0190a1b2-1111-7000-8000-000000000001"
REF = {"objectType": "StatementRef", "id": ID}
SUB = statement() | {"objectType": "SubStatement"}


@dataclass
class Speaker:
    """Speaks to the store in one version."""

    store: object
    kept: object
    version: str

    @property
    def headers(self):
        return {"X-Experience-API-Version": self.version}

    def keeps(self, one, **parts):
        """Store `one`, or a plain statement with `parts`; how it reads back."""
        return kept_as_sent(self.store, self.kept, one or statement(**parts), self.headers)

    def refuses(self, *some):
        """None of these is stored, and the answer names a clause."""
        for one in some:
            answer = refused(self.store, self.kept, one, self.headers, (400,))
            assert "xAPI" in answer.json["clause"], answer.text

    def sends(self, one):
        """The status with which `one` is answered."""
        return self.store.post(one, headers=self.headers).status_code


def plain(**parts):
    """A plain statement in which a part may also be null."""
    return statement() | parts


def of_object(**parts):
    return plain(object=LESSON | parts)

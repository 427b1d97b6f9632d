"""What a request asks the database."""

from collections.abc import Callable

from sqlalchemy import event

from lms.core import db


def queries_of(do: Callable[[], object]) -> list[str]:
    """The statements that `do` sends, without the beginnings and ends of transactions.

    What the page's shell asks again and again, who wears which hat, counts once.
    """
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            asked.append(" ".join(statement.split()))

    engine = db.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        do()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    hats = ("FROM role_grant", "FROM supervision")
    return [s for n, s in enumerate(asked) if s not in asked[:n] or not any(hat in s for hat in hats)]

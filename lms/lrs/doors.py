"""The SQL of GET statements. Pure.

A query goes in by a door or a few, and each door is an index in the order of storing: that of the registration if one is
named, else of the agent, the activity, the verb, else of all. What else is asked is asked of the rows behind the door, and
each gives no more than a page. Statements that refer to others go in by `statement_via` (`lms.lrs.references`), where the
filters are asked of the one that is referred to. Every name in the texts is ours; values are parameters.
"""

from dataclasses import dataclass
from functools import lru_cache

_SHOWN = "s.stored, s.timestamp, s.body, s.authority_id"


@dataclass(frozen=True)
class Shape:
    """What makes one query's SQL differ from another's."""

    given: frozenset[str]
    """Of agent, verb, activity, registration, within, since, until, after; and mine_0, vouching_0 ...: authorities by number."""
    related_agents: bool = False
    related_activities: bool = False
    ascending: bool = False
    voided_too: bool = False

    def numbered(self, name: str) -> list[str]:
        """The parameters `name_0`, `name_1` ..."""
        return sorted(one for one in self.given if one.startswith(f"{name}_"))


@lru_cache(maxsize=1000)
def asked(shape: Shape, style: str) -> str:
    """The SQL of a page of `size` rows (stored, timestamp, body, authority_id); one row may come by two doors.

    `style` is how the driver marks a parameter, such as ":{}".
    """
    made = _Sql(shape, style)
    doors = made.doors()
    if len(doors) == 1:
        return doors[0]
    return " UNION ALL ".join(f"SELECT * FROM ({door}) AS door{n}" for n, door in enumerate(doors))


@lru_cache
def one(style: str, within: bool) -> str:
    """The SQL of one statement by its id; `within` a registration only."""
    asked = [f"i.sid = {style.format('sid')}", "s.stored = i.stored", f"s.voided = {style.format('voided')}"]
    asked += [f"s.registration = {style.format('within')}"] if within else []
    return f"SELECT {_SHOWN} FROM statement_id i CROSS JOIN statement s WHERE {_all(asked)}"


class _Sql:
    def __init__(self, shape: Shape, style: str):
        self.shape, self.style = shape, style

    def doors(self) -> list[str]:
        """One SELECT a door."""
        given = self.shape.given
        driver = next((one for one in ("registration", "agent", "activity", "verb") if one in given), None)
        if driver is None:
            mine = self.shape.numbered("mine")
            return [self.direct(f"s.authority_id = {self.mark(one)}", "mine") for one in mine] or [self.direct("", "")]
        value = self.mark(driver)
        if driver == "registration":
            return [self.direct(f"s.registration = {value}", driver), self.via_registration()]
        column = {"agent": "actor_id", "activity": "activity_id", "verb": "verb_id"}[driver]
        found = [self.direct(f"s.{column} = {value}", driver), self.via_name(driver)]
        if driver == "agent" or self.is_wide(driver):
            found.append(self.linked(driver))
        if driver == "agent":
            found += [
                self.direct(f"s.authority_id = {self.mark(one)}", driver) for one in self.shape.numbered("vouching")
            ]
        return found

    def mark(self, name: str) -> str:
        return self.style.format(name)

    def is_wide(self, name: str) -> bool:
        """Whether what is only related counts too."""
        return {"agent": self.shape.related_agents, "activity": self.shape.related_activities}.get(name, False)

    def direct(self, door: str, driver: str) -> str:
        """In by an index of the table itself."""
        return self.page("statement s", "s", [door, *self.filters("s", driver)])

    def linked(self, driver: str) -> str:
        """In by a name that is neither the actor nor the object."""
        door = [f"d.name_id = {self.mark(driver)}", "s.stored = d.stored", "" if self.is_wide(driver) else "d.near"]
        return self.page("statement_link d CROSS JOIN statement s", "d", door + self.filters("s", driver))

    def via_name(self, driver: str) -> str:
        """In by a name of a statement that is referred to."""
        door = [f"v.name_id = {self.mark(driver)}", "" if self.is_wide(driver) else "v.near", "t.stored = v.source"]
        return self.via("statement_via v CROSS JOIN statement t", door + self.filters("t", driver))

    def via_registration(self) -> str:
        """In by the registration of a statement that is referred to."""
        door = [f"t.registration = {self.mark('registration')}", "v.source = t.stored"]
        return self.via("statement t CROSS JOIN statement_via v", door + self.filters("t", "registration"))

    def via(self, tables: str, conditions: list[str]) -> str:
        """The statements that refer: each once, by however many ways it does."""
        places = f"SELECT DISTINCT v.stored FROM {tables} WHERE {_all([*conditions, *self.window('v')])}"
        return self.page(f"({places}) p CROSS JOIN statement s", "p", ["s.stored = p.stored"])

    def filters(self, of: str, driver: str) -> list[str]:
        """What is asked of the row `of`, but for what the door answers."""
        return [
            self.filter(name, of)
            for name in ("registration", "agent", "activity", "verb")
            if name in self.shape.given and name != driver
        ]

    def filter(self, name: str, of: str) -> str:
        value = self.mark(name)
        if name in ("registration", "verb"):
            return f"{of}.{name}{'_id' if name == 'verb' else ''} = {value}"
        near = "" if self.is_wide(name) else " AND l.near"
        link = f"EXISTS (SELECT 1 FROM statement_link l WHERE l.name_id = {value} AND l.stored = {of}.stored{near})"
        if name == "activity":
            direct = f"{of}.activity_id = {value}"
            return f"({direct} OR {link})" if self.is_wide(name) else direct
        vouched = [f"{of}.authority_id = {self.mark(one)}" for one in self.shape.numbered("vouching")]
        return f"({' OR '.join([f'{of}.actor_id = {value}', link, *vouched])})"

    def window(self, of: str) -> list[str]:
        """Since, until and the cursor."""
        after = "> " if self.shape.ascending else "< "
        signs = {"since": "> ", "until": "<= ", "after": after}
        return [f"{of}.stored {sign}{self.mark(name)}" for name, sign in signs.items() if name in self.shape.given]

    def page(self, tables: str, first: str, conditions: list[str]) -> str:
        """A page of what `tables` hold, in the order of storing, which the index of `first` gives."""
        mine = " OR ".join(f"s.authority_id = {self.mark(one)}" for one in self.shape.numbered("mine"))
        seen = [f"({mine})" if mine else "", "" if self.shape.voided_too else "NOT s.voided"]
        seen += [f"s.registration = {self.mark('within')}"] if "within" in self.shape.given else []
        # Of both, though they are equal: else PostgreSQL may join them from the newest statement on, down to the cursor.
        window = self.window(first) + (self.window("s") if first != "s" else [])
        every = _all([*conditions, *window, *seen]) or "1 = 1"
        order = "" if self.shape.ascending else " DESC"
        return f"SELECT {_SHOWN} FROM {tables} WHERE {every} ORDER BY {first}.stored{order} LIMIT {self.mark('size')}"


def _all(conditions: list[str]) -> str:
    return " AND ".join(one for one in conditions if one)

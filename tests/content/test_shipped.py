"""The courses that ship pass their own check, and give the hours that they claim."""

import pytest

from lms.competency.queries import shipped
from lms.content import unpack
from lms.content.formats import native
from lms.core import paths

pytestmark = pytest.mark.pure
FOLDERS = sorted(p.parent for p in paths.shipped("courses").glob("*/course.toml"))
CODES = {one["code"]: len(one["levels"]) for one in shipped()["competency"]}


def test_there_are_six():
    assert len(FOLDERS) >= 6


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_a_shipped_course_is_whole(folder):
    files = unpack.from_folder(folder)
    assert [str(c) for c in native.complaints(files) if not c.warning] == []
    source = native.read(files)
    assert source.slug == folder.name
    assert source.minutes_computed >= 45
    assert 1 <= source.jp <= source.minutes_computed // 45
    named = {(o.competency, o.level) for o in source.outcomes} | {(q.competency, q.level) for q in source.questions}
    assert all(level <= CODES.get(code, 0) for code, level in named)
    assert all(lesson.minutes_computed <= 10 for lesson in source.lessons)
    assert unpack.unpack(unpack.pack(files)) == files

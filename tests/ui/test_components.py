"""Every component says what it shows in words, escapes what it is given, and ties labels, hints and errors together."""

import pytest
from jinja2 import Environment, FileSystemLoader
from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.validators import DataRequired, Optional

from lms.core import paths, texts

pytestmark = pytest.mark.pure


class Asked(Form):
    """One field of each kind that behaves differently."""

    login = StringField("NIP", [DataRequired("Isi NIP Anda.")], description="18 angka")
    goal = StringField("Tujuan", [Optional()])
    how = RadioField("Cara", choices=["Sendiri", "Bersama"])
    stay = BooleanField("Tetap masuk")


@pytest.fixture
def shown():
    """Renders one line of template with `ui` at hand, in Indonesian."""
    env = Environment(
        loader=FileSystemLoader(paths.shipped("templates")), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    env.globals.update(
        _=texts._, ngettext=texts.ngettext, language=texts.language, static=lambda name: f"/static/{name}"
    )
    env.filters.update(number=texts.number, size=texts.size)

    def render(line: str, **context) -> str:
        with texts.speak("id"):
            return env.from_string('{% import "ui/index.html" as ui %}' + line).render(**context)

    return render


def test_a_button_is_a_link_only_where_it_leads_somewhere(shown):
    assert '<button class="button danger" type="submit" name="do" value="x"' in shown(
        '{{ ui.button("Cabut", kind="danger", name="do", value="x") }}'
    )
    link = shown('{{ ui.button("Mulai", href="/learn", attrs={"hx-boost": "true"}) }}')
    assert link.startswith("<a ") and 'href="/learn"' in link and 'hx-boost="true"' in link


def test_what_people_wrote_is_never_markup(shown):
    wild = "<script>x</script>\"'"
    for line in (
        "ui.button(w)",
        "ui.notice(w)",
        "ui.tag(w)",
        "ui.progress(1, 2, w)",
        "ui.ring(1, 2, w)",
        "ui.have_need(1, 2, w)",
        "ui.table([w, w], [[w, w]], w)",
        "ui.empty(w, w)",
        "ui.stat(w, w)",
        "ui.tabs([(w, w)], w)",
        "ui.crumbs([(w, w)])",
        "ui.stepper([w], 1)",
        "ui.seen_by(w)",
    ):
        assert "<script" not in shown("{{ " + line + " }}", w=wild), line


def test_a_field_is_tied_to_its_hint_and_to_what_is_wrong(shown):
    form = Asked(data={})
    form.validate()
    text = shown("{{ ui.field(form.login) }}", form=form)
    assert '<label for="login">' in text
    assert 'aria-describedby="login-hint login-error"' in text and 'aria-invalid="true"' in text
    assert 'id="login-error"' in text and "Isi NIP Anda." in text
    assert "aria-invalid" not in shown("{{ ui.field(form.goal) }}", form=form)


def test_only_what_may_stay_empty_is_marked(shown):
    assert "(boleh dikosongkan)" in shown("{{ ui.field(form.goal) }}", form=Asked())
    assert "(boleh dikosongkan)" not in shown("{{ ui.field(form.login) }}", form=Asked())


def test_several_answers_stand_in_a_fieldset_with_the_question_as_legend(shown):
    text = shown("{{ ui.field(form.how) }}", form=Asked())
    assert "<legend>Cara" in text and text.count('type="radio"') == 2
    assert 'type="checkbox"' in shown("{{ ui.field(form.stay) }}", form=Asked())


def test_the_problems_of_a_form_lead_to_their_fields(shown):
    form = Asked(data={})
    form.validate()
    text = shown("{{ ui.problems(form) }}", form=form)
    assert 'href="#login"' in text and 'role="alert"' in text
    assert shown("{{ ui.problems(form) }}", form=Asked()).strip() == ""


@pytest.mark.parametrize(("done", "total", "at"), [(3, 7, "42.9%"), (9, 7, "100%"), (7, 7, "100.0%")])
def test_the_line_ends_where_the_work_stands(shown, done, total, at):
    text = shown('{{ ui.progress(d, t, "Pelajaran") }}', d=done, t=total)
    assert f'x="{at}"' in text and f"{done} dari {total}" in text


def test_nothing_done_or_nothing_to_do_draws_no_blade(shown):
    assert 'class="blade"' not in shown('{{ ui.progress(0, 7, "x") }}') + shown('{{ ui.progress(0, 0, "x") }}')
    assert 'class="point"' not in shown('{{ ui.ring(0, 20, "x") }}') + shown('{{ ui.ring(4, None, "x") }}')


def test_the_ring_turns_with_the_hours_and_never_past_the_top(shown):
    assert "rotate(180.0)" in shown('{{ ui.ring(10, 20, "x") }}')
    over = shown('{{ ui.ring(26, 20, "x") }}')
    assert "rotate(360" in over and "26" in over and 'class="ring whole"' in over


def test_have_and_need_are_said_in_words(shown):
    assert "level 2 dari 3 yang diperlukan" in shown('{{ ui.have_need(2, 3, "Integritas") }}')
    assert "belum ada, diperlukan level 3" in shown('{{ ui.have_need(None, 3, "Integritas") }}')
    assert 'class="have-need met"' in shown('{{ ui.have_need(4, 3, "Integritas") }}')


def test_a_table_keeps_its_meaning_when_it_becomes_cards(shown):
    text = shown('{{ ui.table(["Nama", "JP"], [["Ana", "13"]], "Tim") }}')
    assert "<caption>Tim</caption>" in text and 'data-label="JP"' in text and text.count('role="row"') == 2


def test_minutes_and_megabytes_are_said_the_indonesian_way(shown):
    text = shown("{{ ui.meta(minutes=7, octets=1500000, jp=1) }}")
    assert "7 menit" in text and "1,5 MB" in text and "1 JP" in text
    assert "menit" not in shown("{{ ui.meta(octets=84000) }}")


def test_the_step_of_now_is_marked(shown):
    text = shown('{{ ui.stepper(["Kode", "Sidik jari", "Unit"], 2) }}')
    assert text.count('aria-current="step"') == 1 and "selesai" in text

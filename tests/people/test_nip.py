"""The rule of the NIP (Perka BKN 22/2007, and the PPPK's number)."""

from datetime import date

import pytest

from lms.people import nip

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "number", "born", "kind"),
    [
        ("198704122010011003", "198704122010011003", date(1987, 4, 12), "pns"),
        ("19870412 201001 1 003", "198704122010011003", date(1987, 4, 12), "pns"),
        (" 19870412-201001-1-003 ", "198704122010011003", date(1987, 4, 12), "pns"),
        ("19870412.201001.1.003", "198704122010011003", date(1987, 4, 12), "pns"),
        ("19870412\u00a0201001\u00a01\u00a0003", "198704122010011003", date(1987, 4, 12), "pns"),
        ("'198704122010011003", "198704122010011003", date(1987, 4, 12), "pns"),
        ("199602292020122001", "199602292020122001", date(1996, 2, 29), "pns"),
        ("199009132025242014", "199009132025242014", date(1990, 9, 13), "pppk"),
        ("198501012021211001", "198501012021211001", date(1985, 1, 1), "pppk"),
    ],
)
def test_a_nip_is_read_with_its_spaces_forgiven(text, number, born, kind):
    found = nip.parse(text)
    assert (found.number, found.born, found.kind) == (number, born, kind)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "18 digits"),
        ("19870412201001100", "18 digits"),
        ("1987041220100110033", "18 digits"),
        ("19870412201001100A", "18 digits"),
        ("１９８７０４１２２０１００１１００３", "18 digits"),
        ("١٩٨٧٠٤١٢٢٠١٠٠١١٠٠٣", "18 digits"),
        ("288704122010011003", "19 or 20"),
        ("198704121810011003", "19 or 20"),
        ("199002302025242014", "day does not exist"),
        ("199702292020122001", "day does not exist"),
        ("198713122010011003", "day does not exist"),
        ("198704122010131003", "digits 13-14"),
        ("198704122010001003", "digits 13-14"),
        ("198704122010201003", "digits 13-14"),
        ("198704122010301003", "digits 13-14"),
        ("198704121987011003", "before the birth"),
        ("198704122010013003", "digit 15"),
        ("198704122010010003", "digit 15"),
        ("198704122010011000", "ends in 000"),
        ("1.98704E+17", "rounded"),
        ("1,98704E+17", "rounded"),
        ("1.99e17", "rounded"),
    ],
)
def test_what_cannot_be_a_nip_is_told_why(text, says):
    with pytest.raises(nip.NipIsWrong) as wrong:
        nip.parse(text)
    assert says in wrong.value.says


def test_strangers_see_only_the_ends_of_a_nip():
    assert nip.masked("198704122010011003") == "1987**********1003"

"""Staff see on a page what residents asked and nothing answered."""

from tests.conftest import Town
from tests.integration.desk_member import sign_in


def test_what_went_to_a_person_is_grouped_with_the_nearest_entries_and_hides_numbers(town: Town) -> None:
    for number, question in enumerate(("河里的航标歪了归哪个修", "河里的航标歪了归谁修", "离婚娃儿归谁")):
        town.says(f"resident-{number}", question)
    town.says("resident-9", "祖传的铜锣被人拿去当了，当票号13912345678，归哪个管")
    staff = sign_in(town, "staff")
    staff.get("/staff")
    assert "/staff/gaps" in staff.page
    staff.get("/staff/gaps")
    words = " ".join(staff.words().split())
    assert "河里的航标歪了归哪个修 2 个" in words or "河里的航标歪了归谁修 2 个" in words
    assert "最接近的条目" in words
    assert "离婚娃儿归谁" not in words
    assert "13912345678" not in words

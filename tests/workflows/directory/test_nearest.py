"""Names near to some words: a name is nearest to itself, and accents and capitals are nothing."""

from hypothesis import given
from hypothesis import strategies as st

from hoso_models import text_search
from hoso_workflows.directory import nearest

NAMES = (
    ("1", "Cấp giấy phép xây dựng"),
    ("2", "Cấp lại giấy phép xây dựng"),
    ("3", "Đăng ký khai sinh"),
    ("4", "Cấp giấy phép kinh doanh vàng"),
)


def test_the_nearest_three_come_first_and_what_shares_little_does_not_come():
    assert nearest.nearest("giay phep xay dugn", NAMES) == [NAMES[0], NAMES[1], NAMES[3]]
    assert nearest.nearest("khai sihn", NAMES) == [NAMES[2]]
    assert nearest.nearest("zzz", NAMES) == []
    assert nearest.nearest("?!", NAMES) == ()


@given(st.sampled_from(NAMES), st.booleans())
def test_a_name_is_nearest_to_itself_however_it_is_written(one: tuple[str, str], bare: bool):
    words = text_search.fold(one[1]) if bare else one[1].upper()
    found = nearest.nearest(words, NAMES)
    assert nearest.trigrams(words) == nearest.trigrams(one[1])
    assert one in found

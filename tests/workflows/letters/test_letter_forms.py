"""The forms of the one-stop shop are those of the law: title, series, paper, signatures."""

import pytest

from hoso_workflows import letters
from hoso_workflows.letters import display, forms, refusals, samples
from hoso_workflows.letters.forms import Paper, Signs


def test_each_form_has_its_title_its_series_its_paper_and_who_signs():
    assert {
        code: (form.title, form.abbreviation, form.paper, form.signs) for code, form in forms.FORMS.items()
    } == {
        "01": ("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "TNHS", Paper.A5, Signs.APPLICANT_AND_DESK),
        "02": ("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "PBS", Paper.A5, Signs.DESK),
        "03": ("Phiếu từ chối tiếp nhận giải quyết hồ sơ", "PTC", Paper.A5, Signs.APPLICANT_AND_DESK),
        "04": ("Phiếu xin lỗi và hẹn lại ngày trả kết quả", "PXL", Paper.A5, Signs.HEAD),
        "05": ("Phiếu kiểm soát quá trình giải quyết hồ sơ", "PKS", Paper.A4, Signs.NOBODY),
        "06": ("Sổ theo dõi hồ sơ", "STD", Paper.A4_LANDSCAPE, Signs.NOBODY),
        "stop": ("Thông báo dừng giải quyết hồ sơ", "TBD", Paper.A4, Signs.HEAD),
        "transfer": ("Phiếu chuyển hồ sơ", "PCHS", Paper.A4, Signs.HEAD),
        "consultation": ("Phiếu lấy ý kiến", "PLYK", Paper.A4, Signs.HEAD),
        "suspension": ("Thông báo tạm dừng giải quyết hồ sơ", "TBTD", Paper.A4, Signs.HEAD),
        "resumption": ("Thông báo tiếp tục giải quyết hồ sơ", "TBTT", Paper.A4, Signs.HEAD),
        "extension": ("Thông báo gia hạn thời gian giải quyết hồ sơ", "TBGH", Paper.A4, Signs.HEAD),
        "obligation": ("Thông báo thực hiện nghĩa vụ tài chính", "TBNV", Paper.A4, Signs.HEAD),
        "receipt_of_payment": ("Biên lai thu phí, lệ phí", "BLTP", Paper.A5, Signs.PAYER_AND_COLLECTOR),
    }


def test_no_two_forms_share_a_series():
    assert len({form.abbreviation for form in forms.FORMS.values()}) == len(forms.FORMS)


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "01/2026/TNHS-PVHCC"), (12, "12/2026/TNHS-PVHCC"), (1234, "1234/2026/TNHS-PVHCC")],
)
def test_the_number_of_a_letter_names_year_form_and_unit(number: int, written: str):
    assert forms.series(letters.titled("01"), number, 2026, "PVHCC") == written


def test_a_code_that_is_no_form_is_refused_by_name():
    with pytest.raises(refusals.FormUnknown, match="No form of a letter has the code 07"):
        letters.titled("07")


def test_the_apology_is_signed_by_the_head_and_never_by_the_desk():
    unsigned = display.shown(letters.read({**letters.write(samples.short("04")), "signer": None}))
    assert unsigned["signatures"] == {
        "left": None,
        "right": {"titles": ["THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ"], "name": None},
        "note": "(Ký số hoặc ký tên, đóng dấu)",
    }

"""A citizen in five ways: files online with papers, half of it in another browser, saves it, and presses the last button twice."""

import json

import pytest

from support import files
from support.api_client import FILING, OWN
from support.person import WAYS, Mode, Person
from support.world import CITIZEN

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

CODE = FILING["procedure"]
PAPERS = (
    "Đơn đề nghị cấp giấy chứng nhận lưu hành tự do (CFS) đối với hàng hóa xuất khẩu (Phụ lục I Thông tư 21/2020/TT-BTTTT)",
    "Giấy chứng nhận đầu tư hoặc giấy chứng nhận đăng ký kinh doanh, giấy chứng nhận đăng ký doanh nghiệp",
    "Bản tiêu chuẩn công bố áp dụng đối với sản phẩm, hàng hóa kèm theo cách thể hiện trên nhãn, bao bì hoặc tài liệu kèm theo",
)
DECLARATION = "Tôi cam đoan những gì khai là đúng sự thật và chịu trách nhiệm trước pháp luật"
FILED = """
select d.reference, d.form_data, d.delivery_mode,
  (select count(*) from attachment a where a.dossier_id = d.id) as files,
  (select array_agg(e.kind) from dossier_event e where e.dossier_id = d.id and e.kind = 'filed') as filed
from dossier d join party p on p.id = d.applicant_id where p.principal_id = $1 and d.filed_at >= $2
"""


async def hands_in(citizen: Person, paper: str, content: bytes) -> None:
    """Choose a file of a paper; with scripts it is sent at once, and the page comes again."""
    label, name = f"Chọn tệp {paper}", "giay-to.pdf"
    if citizen.mode is Mode.PLAIN:
        await citizen.uploads(label, name, content)
        await citizen.presses(f"Tải lên {paper}")
    else:
        async with citizen.page.expect_event("load"):
            await citizen.uploads(label, name, content)
        await citizen.looks()


@pytest.mark.parametrize("mode", WAYS)
async def test_a_citizen_files_with_papers_in_two_browsers_and_once_whatever_is_pressed(stage, mode):
    rest = stage.rest
    # What is the same as a dossier of the day before is asked about.
    stage.next_monday()
    at = rest.clock.at
    async with stage.applicant(CITIZEN, mode) as citizen:
        await citizen.goes(f"/nop/{CODE}")
        assert await citizen.reads("3 ngày làm việc")
        await citizen.presses("Bắt đầu")
        draft = citizen.path
        await citizen.follows("Người nộp")
        await citizen.fills("Số định danh, mã số thuế hoặc số quyết định (không bắt buộc)", OWN["identifier"])
        await citizen.presses("Tiếp tục")
        await citizen.presses("Tiếp tục")
        await citizen.is_led_to("loi")
        await citizen.fills("Tên thương nhân", FILING["form"]["thuong_nhan"])
        await citizen.fills("Mã số thuế", "123")
        await citizen.presses("Lưu và làm sau")
        assert await citizen.reads("Đã lưu. Bạn làm tiếp lúc nào cũng được.")
    async with stage.applicant(CITIZEN, mode) as citizen:
        await citizen.goes(f"/nop/{CODE}")
        assert await citizen.reads("Bạn có bản nháp của thủ tục này")
        await citizen.goes(f"{draft}/to-khai/1")
        assert await citizen.page.get_by_label("Mã số thuế", exact=True).input_value() == "123"
        await citizen.fills("Mã số thuế", FILING["form"]["ma_so_thue"])
        await citizen.fills("Hàng hóa xuất khẩu", FILING["form"]["hang_hoa"])
        await citizen.fills("Nước nhập khẩu", FILING["form"]["nuoc_nhap_khau"])
        await citizen.fills("Số bản CFS đề nghị cấp", "1")
        await citizen.presses("Tiếp tục")
        for number, paper in enumerate(PAPERS):
            await hands_in(citizen, paper, files.pdf(1, f"{mode} {number}"))
        await citizen.presses("Tiếp tục")
        await citizen.chooses("Gửi bưu chính công ích")
        await citizen.presses("Tiếp tục")
        assert await citizen.heading() == "Kiểm tra và nộp"
        saved = json.loads(await citizen.downloads("Lưu dữ liệu"))
        assert (saved["schema"], saved["answers"]) == ("hoso-filing/1", FILING["form"])
        await citizen.follows("Bản in")
        assert await citizen.reads("BẢN NHÁP – CHƯA NỘP")
        await citizen.goes(f"{draft}/kiem-tra?ngon-ngu=en")
        assert (await citizen.heading(), await citizen.reads("I declare")) == ("Check and file", True)
        await citizen.goes(f"{draft}/kiem-tra")
        await citizen.chooses(DECLARATION)
        await citizen.presses_twice("Nộp hồ sơ")
        assert await citizen.heading() == "Đã nộp hồ sơ"
        assert await citizen.reads("Đây chưa phải ngày hẹn trả.")
        await citizen.page.go_back()
        await citizen.looks()
        await citizen.goes(f"{draft}/kiem-tra")
        (row,) = await rest.world.db.rows(FILED, [CITIZEN, at])
        assert citizen.path == f"/ho-so/{row.reference}/da-nop"
    assert (row.form_data, row.delivery_mode, row.files, row.filed) == (FILING["form"], "post", 3, ["filed"])

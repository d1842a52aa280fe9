"""Places of the portal that anybody may open, each with its words."""

from hoso_api.translation.vietnamese import marked

#: As the first page names them; a place without a route stands here in no release.
LINKS = (
    ("/thu-tuc", marked("Thủ tục hành chính")),
    ("/tra-cuu", marked("Tra cứu hồ sơ")),
    ("/tinh-han", marked("Tính ngày hẹn trả")),
    ("/thong-bao", marked("Thông báo của cổng")),
    ("/thong-ke", marked("Thống kê dịch vụ công")),
    ("/huong-dan", marked("Hướng dẫn")),
    ("/gop-y", marked("Góp ý")),
    ("/so-do-trang", marked("Sơ đồ trang")),
)

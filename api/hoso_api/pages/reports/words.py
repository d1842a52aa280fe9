"""Words of forms of reports, to be found by the catalogue of translations."""

from collections.abc import Mapping

from hoso_api.translation.vietnamese import marked
from hoso_workflows.reports.forms.tables import Form, Split

#: The forms that name no officer, by the words of the address.
KINDS: Mapping[str, Form] = {
    "ii-06": Form.ACCOUNT,
    "ii-07": Form.CAUSES,
    "buoc": Form.STEPS,
    "truc-tuyen": Form.ONLINE,
    "hai-long": Form.SATISFACTION,
}
TITLES: Mapping[Form, str] = {
    Form.ACCOUNT: marked("Tình hình, kết quả giải quyết thủ tục hành chính (II.06)"),
    Form.CAUSES: marked("Nguyên nhân quá hạn (II.07)"),
    Form.STEPS: marked("Tiến độ theo bước"),
    Form.OFFICERS: marked("Tiến độ theo người xử lý"),
    Form.ONLINE: marked("Tỷ lệ hồ sơ trực tuyến so với chỉ tiêu năm"),
    Form.SATISFACTION: marked("Mức độ hài lòng của người nộp hồ sơ"),
}
SPLITS: Mapping[Split, str] = {
    Split.PROCEDURE: marked("Thủ tục"),
    Split.FIELD: marked("Lĩnh vực"),
    Split.LEVEL: marked("Cấp"),
    Split.UNIT: marked("Đơn vị"),
    Split.ENTRY: marked("Lối vào"),
}
#: Words of the columns of `hoso_workflows.reports.forms.tables`, and of what stands in them.
COLUMNS = frozenset(
    {
        *(marked("Lối vào"), marked("Trang, cổng")),
        *(marked("Đơn vị"), marked("Mã đơn vị"), marked("Lĩnh vực"), marked("Cấp"), marked("Mã thủ tục")),
        *(marked("Thủ tục"), marked("Tiếp nhận, tổng"), marked("Mới, trực tuyến"), marked("Mới, trực tiếp")),
        *(
            marked("Mới, bưu chính"),
            marked("Từ kỳ trước"),
            marked("Đã giải quyết, tổng"),
            marked("Trước hạn"),
        ),
        *(marked("Đúng hạn"), marked("Quá hạn"), marked("Đang giải quyết, tổng"), marked("Trong hạn")),
        *(marked("Quá hạn, chưa xong"), marked("Kết thúc khác"), marked("Quá hạn, tổng")),
        *(marked("Đã giải quyết quá hạn"), marked("Đang giải quyết quá hạn")),
        *(
            marked("Bước của đơn vị quá thời hạn"),
            marked("trong đó dừng tính"),
            marked("Phối hợp, lấy ý kiến quá thời hạn"),
        ),
        *(marked("Không bước nào quá thời hạn"), marked("Đã xong"), marked("Không có thời hạn")),
        *(marked("Đang làm"), marked("Đang làm, quá hạn"), marked("Phút làm việc, 50%")),
        *(marked("Phút làm việc, 90%"), marked("Phút làm việc, lâu nhất"), marked("Tiếp nhận")),
        *(marked("Trực tuyến"), marked("Tỷ lệ, %"), marked("Chỉ tiêu, %"), marked("Kết quả"), marked("Bước")),
        *(marked("Người xử lý"), marked("đạt"), marked("chưa đạt"), marked("Cộng")),
        *(marked("Lượt đánh giá"), marked("Rất hài lòng"), marked("Hài lòng"), marked("Chưa hài lòng")),
        *(marked("Hài lòng chung, %"), marked("Thuận tiện, %"), marked("Kịp thời, %"), marked("Thái độ, %")),
        marked("lượt đánh giá = rất hài lòng + hài lòng + chưa hài lòng"),
        marked("đã xong = trước hạn + đúng hạn + quá hạn + không có thời hạn"),
    }
)
#: Column of form II.06 → word of the lateness report's list, and the channel.
BEHIND: Mapping[str, tuple[str, str]] = {
    "online": ("nhan", "online"),
    "desk": ("nhan", "desk"),
    "post": ("nhan", "post"),
    "carried_over": ("ky-truoc", ""),
    "early": ("truoc-han", ""),
    "on_time": ("dung-han", ""),
    "late": ("qua-han", ""),
    "open_within": ("trong-han", ""),
    "open_overdue": ("dang-qua-han", ""),
    "closed_otherwise": ("khac", ""),
}

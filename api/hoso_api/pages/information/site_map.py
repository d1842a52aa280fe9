"""Site map of the portal, made from the table of routes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hoso_api.translation.vietnamese import marked

#: Address → its name, in the order of the map; a test holds it complete.
PUBLIC: Mapping[str, str] = {
    "/": marked("Trang đầu"),
    "/thu-tuc": marked("Thủ tục hành chính"),
    "/tra-cuu": marked("Tra cứu hồ sơ"),
    "/tinh-han": marked("Tính ngày hẹn"),
    "/kiem-chung": marked("Kiểm chứng giấy tờ"),
    "/thong-ke": marked("Thống kê dịch vụ công"),
    "/thong-bao": marked("Thông báo của cổng"),
    "/huong-dan": marked("Hướng dẫn"),
    "/gop-y": marked("Góp ý"),
    "/lien-he": marked("Liên hệ"),
    "/tro-nang": marked("Khả năng tiếp cận"),
    "/quyen-rieng-tu": marked("Quyền riêng tư"),
    "/so-do-trang": marked("Sơ đồ trang"),
}
APPLICANTS: Mapping[str, str] = {
    "/dang-nhap": marked("Các cách đăng nhập"),
    "/cua-toi": marked("Hồ sơ của tôi"),
    "/cua-toi/nhan-thu": marked("Nhận thư"),
    "/cua-toi/tai-khoan": marked("Tài khoản"),
    "/cua-toi/tai-khoan/lien-he": marked("Liên hệ của tôi"),
}
#: Beginnings of addresses that are none of the portal: officers, programs, steps of signing in, files.
ELSEWHERE = (
    *("/noi-bo", "/v1", "/tai-khoan", "/thiet-lap", "/loi-moi", "/xac-thuc-lai", "/dang-nhap/", "/xem"),
    *("/health", "/metrics", "/static", "/openapi", "/thong-bao.atom", "/thong-ke/csv", "/robots.txt"),
    *("/sitemap.xml", "/nhung"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the map: its title, and the addresses with their names."""

    title: str
    pages: Sequence[tuple[str, str]]


def sections(paths: Iterable[str]) -> Sequence[Section]:
    """The map of these routes; what is not among them is not shown."""
    there = set(paths)
    named = ((marked("Cho mọi người"), PUBLIC), (marked("Cho người nộp hồ sơ"), APPLICANTS))
    return [
        Section(title, [(path, name) for path, name in pages.items() if path in there])
        for title, pages in named
    ]


def unnamed(paths: Iterable[str]) -> list[str]:
    """Routes of the portal that the map does not name."""
    known = {*PUBLIC, *APPLICANTS}
    return sorted(
        {each for each in paths if "{" not in each and each not in known and not each.startswith(ELSEWHERE)}
    )

"""The command line speaks Vietnamese where the locale says so; JSON, keys and files stay as they are."""

import re
import socket
from pathlib import Path

import pytest

from hoso_api.cli import doctor, errors
from hoso_api.cli.checks import State
from hoso_api.server import supervision
from hoso_calendar.messages import say, speaking, translated
from hoso_models.roles import Roles
from hoso_models.storage import privileges
from support import databases, ports
from support import world as worlds
from support.command_line import hoso
from support.command_line import in_vietnamese as told


def test_usage_errors_of_ours_are_told_in_vietnamese_in_a_real_process() -> None:
    ran = told("deadlines", "explain", "--from", "mai", "--term", "5 ngày")
    assert (ran.status, ran.out, ran.err) == (
        2,
        "",
        "hoso: --from mai: hãy viết dạng 2026-02-11T10:00 hoặc 11/02/2026 10:00.\n",
    )
    english = hoso(
        "deadlines", "explain", "--from", "mai", "--term", "5 ngày", LANG="C.UTF-8", LC_ALL="C.UTF-8"
    )
    assert english.err == "hoso: --from mai: write it as 2026-02-11T10:00 or 11/02/2026 10:00.\n"


def test_a_path_and_a_disk_that_cannot_be_used_are_told_in_vietnamese(tmp_path: Path) -> None:
    missing = errors.Unreadable(tmp_path / "a.bpmn", say("no such file or folder"))
    full = OSError(28, "No space left on device", str(tmp_path))
    with speaking("vi"):
        assert (errors.sentence(missing), errors.sentence(full)) == (
            f"{tmp_path}/a.bpmn: không có tệp hoặc thư mục này",
            f"{tmp_path}: ổ đĩa đã đầy; hãy giải phóng dung lượng rồi chạy lại lệnh.",
        )
    assert (str(missing), errors.message(full)) == (
        f"{tmp_path}/a.bpmn: no such file or folder",
        f"{tmp_path}: the disk is full; make room there and repeat the command.",
    )


def test_an_unknown_person_is_told_in_vietnamese_with_where_to_look(database_url: str) -> None:
    ran = told("tokens", "create", "Nguyễn Văn A", url=database_url)
    assert (ran.status, ran.out, ran.err) == (
        1,
        "",
        (
            "hoso: Không có người dùng hoặc hệ thống nào mang mã Nguyễn Văn A. `hoso tokens people` liệt kê người được thao tác, kèm mã và"
            " vai trò.\n"
        ),
    )


async def test_an_audit_tells_its_findings_in_vietnamese_and_its_json_in_english(
    world: worlds.World, world_url: str
) -> None:
    sound = told("audit", url=world_url)
    assert (sound.status, sound.err) == (0, "Mọi dữ liệu lưu đều đúng với việc đã xảy ra.\n")
    filed = await world.files()
    await world.changed("update dossier set degree = 99 where reference = $1", filed.reference)
    found = told("audit", url=world_url)
    assert (found.status, found.out, found.err) == (
        1,
        f"{filed.reference}: dossier degree đang lưu là 99, theo các sự kiện là 0\n",
        "1 sai khác\n",
    )
    assert told("audit", "--json", url=world_url).json == hoso("audit", "--json", url=world_url).json


def test_the_doctor_speaks_vietnamese_and_its_json_english(tmp_path: Path) -> None:
    with ports.kept() as api, ports.kept() as prefect:
        settings = {"HOSO_PORT": str(api), "HOSO_PREFECT_PORT": str(prefect)}
        ran = told("doctor", home=tmp_path, **settings)
        spoken = told("doctor", "--json", home=tmp_path, **settings).json
        plain = hoso("doctor", "--json", home=tmp_path, **settings).json
    said = re.sub(r"còn trống [\d,]+ GiB", "còn trống … GiB", ran.out)
    assert f"✓ thư mục cài đặt: ghi được vào {tmp_path}, còn trống … GiB\n" in said
    assert "\n✓ lịch vn: có dữ liệu đến 31/12/2027; sắp tới có " in said
    assert (
        f"! API: không có gì trả lời ở 127.0.0.1:{api}\n    → Khởi động bằng `hoso serve`.\n"
        "! cơ sở dữ liệu: chưa có\n    → `hoso serve` tạo cơ sở dữ liệu; `hoso demo` nạp dữ liệu trình diễn.\n"
        f"! Prefect: không có gì trả lời ở 127.0.0.1:{prefect}\n"
        "    → Khởi động bằng `hoso serve`; trong lúc đó `hoso sweep` làm thay.\n"
    ) in said
    assert [{**each, "detail": re.sub(r"[\d.]+ GiB", "", each["detail"])} for each in spoken] == [
        {**each, "detail": re.sub(r"[\d.]+ GiB", "", each["detail"])} for each in plain
    ]


def test_the_doctor_tells_of_roles_and_privileges_in_vietnamese() -> None:
    standing = privileges.RoleReach("hoso_app", "hoso", owns=True, powers=("superuser",), reach=())
    check = doctor._role(standing, Roles())
    assert (check.state, check.detail, check.remedy) == (
        State.FAILING,
        "hoso_app may act as owner, superuser",
        "Take that from it as a superuser: hoso_app is to own nothing.",
    )
    assert [translated(each, "vi") for each in (check.name, check.detail, check.remedy)] == [
        "vai trò cơ sở dữ liệu",
        "hoso_app làm được việc của chủ sở hữu, superuser",
        "Bằng quyền superuser, hãy bỏ các quyền đó: hoso_app không được sở hữu gì.",
    ]


def test_a_port_that_is_taken_is_told_in_vietnamese() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(supervision.CannotListen) as refused:
            supervision.free(say("The API"), "127.0.0.1", port, say("Start it with `hoso serve`."))
    assert str(refused.value) == (
        f"The API cannot listen on 127.0.0.1:{port}: address already in use. Start it with `hoso serve`."
    )
    assert translated(refused.value, "vi") == (
        f"API không nghe được ở 127.0.0.1:{port}: địa chỉ đã có chương trình dùng. Khởi động bằng `hoso serve`."
    )


def test_a_database_that_is_up_to_date_is_told_in_vietnamese(database_url: str) -> None:
    address = databases.as_owner(database_url).render_as_string(hide_password=False)
    ran = told("db", "upgrade", url=database_url, HOSO_DATABASE_OWNER_URL=address)
    head = hoso("db", "current", "--json", url=database_url, HOSO_DATABASE_OWNER_URL=address).json["head"]
    assert (ran.status, ran.err) == (0, f"Cơ sở dữ liệu đã ở phiên bản {head}.\n")

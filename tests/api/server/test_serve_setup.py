"""`hoso serve` on an installation where nobody can sign in prints the link of the set-up."""

import re
import stat
import subprocess
import threading

import httpx
import pytest

from support import databases, ports
from support.served import PATIENCE, serving

pytestmark = pytest.mark.slow


def link_of(process: subprocess.Popen[str]) -> str:
    """The link that it prints; read on until it is ready."""
    assert process.stderr is not None
    patience = threading.Timer(PATIENCE, process.kill)
    patience.start()
    found, heard = "", []
    try:
        for line in process.stderr:
            heard.append(line)
            link = re.search(r"https?://\S+/thiet-lap#[\w-]{22}", line)
            found = link[0] if link else found
            if "api is ready" in line:
                return found
    finally:
        patience.cancel()
    pytest.fail("".join(heard))


def test_the_printed_link_makes_the_first_administrator() -> None:
    with databases.home() as home, ports.kept() as port:
        told = {"HOSO_PORT": str(port), "HOSO_WORKERS": "1"}
        with serving(home, "api", **told) as process:
            address, _, code = link_of(process).partition("#")
            assert address == f"http://127.0.0.1:{port}/thiet-lap"
            origin = {"Origin": f"http://127.0.0.1:{port}"}
            founder = {
                "ma": code,
                "ten": "Quản trị 1",
                "ma-don-vi": "H27",
                "ten-don-vi": "UBND tỉnh",
                "lich": "vn",
            }
            form = httpx.post(address, data={"ma": code}, headers=origin, timeout=PATIENCE)
            done = httpx.post(f"{address}/quan-tri", data=founder, headers=origin, timeout=PATIENCE)
            cookie = done.headers["set-cookie"].partition(";")[0]
            headers = {**origin, "Cookie": cookie}
            totp = httpx.get(
                f"http://127.0.0.1:{port}/tai-khoan/ma-xac-nhan", headers=headers, timeout=PATIENCE
            )
            said = {"tai-khoan": "quan-tri", "mat-khau": "mưa rơi trên mái tôn nhà bà"}
            saved = httpx.post(
                f"http://127.0.0.1:{port}/tai-khoan/mat-khau",
                data={**said, "nhap-lai": said["mat-khau"]},
                headers=headers,
                timeout=PATIENCE,
            )
            sealed = httpx.get(
                f"http://127.0.0.1:{port}/tai-khoan/ma-xac-nhan", headers=headers, timeout=PATIENCE
            )
        assert (form.status_code, done.status_code, totp.status_code) == (200, 303, 303)
        assert (saved.headers["location"], sealed.status_code) == ("/tai-khoan/ma-xac-nhan", 200)
        key = next((home / "keys").iterdir())
        assert (key.name, stat.filemode(key.stat().st_mode)) == ("master.key", "-rw-------")

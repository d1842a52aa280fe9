"""The API's parent waits for an address that workers of a killed one still hold."""

import gc
import socket
import time

import pytest
from uvicorn.config import STARTUP_FAILURE, Config

from hoso_api.server import workers
from support import ports


def test_an_address_that_is_still_held_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with ports.kept() as port, socket.socket() as before:
        before.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        before.bind(("127.0.0.1", port))
        before.listen()
        # The last of them ends while it is waited for.
        monkeypatch.setattr(time, "sleep", lambda _: before.close())
        with workers.bind_address(Config("none", port=port)) as listener:
            assert listener.getsockname() == ("127.0.0.1", port)


def test_an_address_that_stays_held_is_given_up_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workers, "HELD", 0.0)
    with ports.kept() as port, socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(SystemExit) as ended:
            workers.bind_address(Config("none", port=port))
        # A socket that was left open is a warning, and so an error.
        gc.collect()
    assert ended.value.code == STARTUP_FAILURE
    assert f"The API cannot listen on 127.0.0.1:{port}: " in capsys.readouterr().err

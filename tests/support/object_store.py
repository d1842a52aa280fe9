"""A real S3-compatible store: SeaweedFS, with one user who may do everything."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from support import ports

#: Each kind of server in it, which listens twice: for HTTP, and among themselves.
KINDS = ("master", "volume", "filer", "s3")
USER, SECRET = "hoso", "secret-of-a-test"


@contextmanager
def running() -> Iterator[dict[str, Any]]:
    """Its address and user, as settings of ours."""
    folder = Path(tempfile.mkdtemp(prefix="bucket-"))
    (folder / "data").mkdir()
    credentials = [{"accessKey": USER, "secretKey": SECRET}]
    may = ["Read", "Write", "List", "Admin"]
    users = {"identities": [{"name": USER, "credentials": credentials, "actions": may}]}
    (folder / "s3.json").write_text(json.dumps(users))
    with ExitStack() as held:
        held.callback(shutil.rmtree, folder, ignore_errors=True)
        places = {kind: held.enter_context(ports.kept()) for kind in KINDS}
        among = {kind: held.enter_context(ports.kept()) for kind in KINDS}
        server = subprocess.Popen(
            [
                *(
                    str(Path(sys.executable).with_name("weed")),
                    "server",
                    "-filer",
                    "-s3",
                    f"-dir={folder}/data",
                ),
                *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.config={folder}/s3.json"),
                *(
                    "-master.peers=none",
                    "-master.volumeSizeLimitMB=64",
                    "-volume.max=100",
                    "-s3.port.iceberg=0",
                    "-s3.port.lance=0",
                    f"-filer.localSocket={folder}/filer",
                    f"-s3.localSocket={folder}/s3",
                ),
                *(f"-{kind}.port={port}" for kind, port in places.items()),
                *(f"-{kind}.port.grpc={port}" for kind, port in among.items()),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        held.callback(server.wait)
        held.callback(server.kill)
        endpoint = f"http://127.0.0.1:{places['s3']}"
        _listens(endpoint, server)
        yield {"store_endpoint": endpoint, "store_access_key": USER, "store_secret_key": SECRET}


def _listens(endpoint: str, server: subprocess.Popen[bytes]) -> None:
    transport = httpx.HTTPTransport(retries=8)  # each after twice the time of the one before
    with httpx.Client(transport=transport, timeout=60) as client:
        client.get(f"{endpoint}/status").raise_for_status()
    assert server.poll() is None

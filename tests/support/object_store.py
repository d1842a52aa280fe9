"""A real S3-compatible store: SeaweedFS, with one user who may do everything."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from support import ports

#: Each kind of server in it, which listens twice: for HTTP, and among themselves.
KINDS = ("master", "volume", "filer", "s3")
USER, SECRET = "hoso", "secret-of-a-test"
#: Seconds between looks at its process.
BEAT = 0.05


@dataclass
class ObjectStore:
    """A store over a folder: one process, which keeps what it acknowledged when it is killed."""

    folder: Path
    #: The ports of each kind, for HTTP and among themselves.
    places: Mapping[str, int]
    among: Mapping[str, int]
    #: How often it was started.
    starts: int = 0
    _server: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def settings(self) -> dict[str, Any]:
        """Its address and user, as settings of ours."""
        return {
            "store_endpoint": self._endpoint,
            "store_access_key": USER,
            "store_secret_key": SECRET,
        }

    def start(self) -> None:
        """Start it; a process of it that has ended is buried."""
        self.stop()
        self.starts += 1
        self._server = subprocess.Popen(
            self._command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder
        )

    def stop(self) -> None:
        """Kill it, if it runs."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def pid(self) -> int | None:
        """Its living process, or None."""
        return self._server.pid if self._server is not None and self._server.poll() is None else None

    def listens(self) -> None:
        """Return when it answers."""
        transport = httpx.HTTPTransport(retries=8)  # each after twice the time of the one before
        with httpx.Client(transport=transport, timeout=60) as client:
            client.get(f"{self._endpoint}/status").raise_for_status()
        assert self.pid() is not None

    @contextmanager
    def supervised(self) -> Iterator[ObjectStore]:
        """Run it during the block, and start it again whenever it dies."""
        stopping = threading.Event()
        watch = threading.Thread(target=self._supervise, args=(stopping,), daemon=True)
        self.start()
        self.listens()
        watch.start()
        try:
            yield self
        finally:
            stopping.set()
            watch.join()
            self.stop()

    def _supervise(self, stopping: threading.Event) -> None:
        while not stopping.wait(BEAT):
            if self.pid() is None:
                self.start()

    @property
    def _endpoint(self) -> str:
        return f"http://127.0.0.1:{self.places['s3']}"

    def _command(self) -> list[str]:
        folder = self.folder
        return [
            *(str(Path(sys.executable).with_name("weed")), "server", "-filer", "-s3", f"-dir={folder}/data"),
            *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.config={folder}/s3.json"),
            *("-master.peers=none", "-master.volumeSizeLimitMB=64", "-volume.max=100"),
            *("-s3.port.iceberg=0", "-s3.port.lance=0"),
            *(f"-filer.localSocket={folder}/filer", f"-s3.localSocket={folder}/s3"),
            *(f"-{kind}.port={port}" for kind, port in self.places.items()),
            *(f"-{kind}.port.grpc={port}" for kind, port in self.among.items()),
        ]


@contextmanager
def standing() -> Iterator[ObjectStore]:
    """A store with a folder and ports of its own while the block lasts; it was not started."""
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
        store = ObjectStore(folder, places, among)
        held.callback(store.stop)
        yield store


@contextmanager
def running() -> Iterator[dict[str, Any]]:
    """The settings of one that runs."""
    with standing() as store:
        store.start()
        store.listens()
        yield store.settings

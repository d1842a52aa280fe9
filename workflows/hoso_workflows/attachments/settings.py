"""Settings of the store of files: its place, sizes and numbers."""

from pathlib import Path

from pydantic import Field, SecretStr

from hoso_models.storage.settings import DatabaseSettings, EnvironmentSettings

MEBIBYTE = 1 << 20


class StoreSettings(EnvironmentSettings):
    """Settings of the store of files. Read from `HOSO_` and the name in capitals."""

    #: The folder of sealed files; `files` in the home when absent.
    store_folder: Path | None = None
    #: The bucket of an S3-compatible store, which keeps the sealed files in place of the folder.
    store_bucket: str = ""
    #: Its address; Amazon's when empty.
    store_endpoint: str = Field(default="", pattern=r"^(|https?://.+)$")
    store_region: str = "us-east-1"
    #: As whom it is used; as the machine or `AWS_…` say when absent.
    store_access_key: str | None = None
    store_secret_key: SecretStr | None = None
    #: The largest file of a paper whose procedure names no `max_size`.
    store_file_bytes: int = Field(default=20 * MEBIBYTE, gt=0)
    #: Files of one dossier, versions included, or of one draft, and their bytes.
    store_dossier_files: int = Field(default=200, gt=0)
    store_dossier_bytes: int = Field(default=1024 * MEBIBYTE, gt=0)
    #: Bytes of the files in all drafts of who files for themselves, and of an officer of a desk.
    store_drafts_bytes: int = Field(default=1024 * MEBIBYTE, gt=0)
    store_desk_drafts_bytes: int = Field(default=10_240 * MEBIBYTE, gt=0)
    #: Hours after which an upload that was cut off is given up, and those that one person may have open.
    store_upload_hours: int = Field(default=24, gt=0)
    store_open_uploads: int = Field(default=10, gt=0)
    #: Where clamd listens: the path of its socket, or `host:port`; nobody searches files when empty.
    clamd_address: str = Field(default="", pattern=r"^(|/.+|.+:[0-9]{1,5})$")
    #: Whether a file that could not be searched is refused.
    clamd_required: bool = False
    #: Seconds that a search may take.
    clamd_seconds: float = Field(default=60, gt=0)

    @property
    def folder(self) -> Path:
        """The folder of sealed files."""
        return self.store_folder or DatabaseSettings.read().home / "files"

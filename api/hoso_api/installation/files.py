"""Files of dossiers in this installation: its store, and its key."""

from hoso_api.installation import master_key
from hoso_api.settings import Settings
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from hoso_workflows.attachments.uploads import Files
from hoso_workflows.dossiers.service import DossierService


def of(service: DossierService, settings: Settings) -> Files:
    """Everything that work on files needs. The key is read when it is first needed."""
    store = StoreSettings.read()
    seal = master_key.seal(settings.master_key_file)
    return Files(service, Store.of(store), seal, store, lambda: settings.keyring.roots)

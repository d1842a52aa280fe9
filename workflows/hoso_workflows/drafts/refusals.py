"""Refusals about drafts."""

from uuid import UUID

from hoso_calendar.messages import say
from hoso_workflows import errors


class DraftChanged(errors.Refusal):
    """The draft was changed since it was read."""

    slug = "draft-changed"
    remedy = "Read the draft again, put both together, and save it at the version that you have read."

    def __init__(self, draft: UUID, version: int) -> None:
        super().__init__(say("The draft {draft} is at version {version}.", draft=draft, version=version))
        self.draft, self.version = draft, version


class DraftFiled(errors.Refusal):
    """The draft was filed, and is no draft any more."""

    slug = "draft-filed"
    remedy = "Go on with the dossier that it has become."

    def __init__(self, draft: UUID, reference: str) -> None:
        super().__init__(
            say(
                "The draft {draft} was filed as the dossier {reference}.",
                draft=draft,
                reference=reference,
            )
        )
        self.draft, self.reference = draft, reference


class DraftBeingFiled(errors.Refusal):
    """The draft is being filed, or nobody knows how its filing has ended."""

    slug = "draft-being-filed"
    remedy = "File it again: you are told what came of it, and it is filed once however often you ask."

    def __init__(self, draft: UUID) -> None:
        super().__init__(say("The filing of the draft {draft} was begun.", draft=draft))
        self.draft = draft


class TooManyDrafts(errors.Refusal):
    """The person keeps as many drafts as one may."""

    slug = "too-many-drafts"
    remedy = "Go on with one of your drafts, or discard those that you do not need."

    def __init__(self, most: int) -> None:
        super().__init__(say("You keep {most} drafts already, as many as one may.", most=most))
        self.most = most


class DraftTooLarge(errors.Refusal):
    """More was typed than a draft may hold."""

    slug = "draft-too-large"
    remedy = "Shorten what is typed."

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(say("The draft has {size} bytes; it may have {limit}.", size=size, limit=limit))
        self.size, self.limit = size, limit


class DraftsFull(errors.Refusal):
    """The files of the person's drafts are as large as they may be altogether."""

    slug = "drafts-full"
    remedy = "File one of your drafts, or take files out of those that you do not need."

    def __init__(self, most: int) -> None:
        super().__init__(
            say("The files of your drafts may have {most} MB altogether.", most=f"{most / (1 << 20):g}")
        )
        self.most = most


class DraftFileReplaced(errors.Refusal):
    """Another file was put in its place while this one came."""

    slug = "draft-file-replaced"
    remedy = "Look at the file that is there by now, and replace it if it is not the right one."

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} has been put there meanwhile.", name=name))
        self.name = name


class DraftUnreadable(errors.Refusal):
    """The draft was sealed by another key than this installation has."""

    slug = "draft-unreadable"
    remedy = "Discard the draft and begin anew, or have the administrator put the key back from the backup."

    def __init__(self, draft: UUID) -> None:
        super().__init__(say("What was typed in the draft {draft} cannot be opened.", draft=draft))
        self.draft = draft

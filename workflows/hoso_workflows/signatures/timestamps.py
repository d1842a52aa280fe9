"""Time stamps of an authority (RFC 3161), asked by our own outgoing client."""

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper

from hoso_calendar.messages import say
from hoso_workflows.operation.outgoing import Client, Unreachable

_ASKS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class Stamps(TimeStamper):
    """Time stamps of the authority at an address."""

    def __init__(self, address: str, client: Client) -> None:
        super().__init__()
        self._address = address
        self._client = client

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token of a digest. Raises Unreachable, also for an answer that is no time stamp."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (ValueError, TypeError, KeyError, AttributeError) as other:  # as the bytes happen to be read
            raise Unreachable(say("it answered with something else than a time stamp")) from other

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer. Raises Unreachable."""
        answer = await self._client.ask("POST", self._address, content=req.dump(), headers=_ASKS)
        if answer.status != 200:
            raise Unreachable(say("it answered with status {status}", status=answer.status))
        return tsp.TimeStampResp.load(answer.content)

"""Deletion of old Prefect runs over its API, which its own vacuum never takes."""

from datetime import datetime, timedelta
from typing import Any

from prefect import get_client

#: A route that the client's list of routes does not know yet.
_BULK_DELETE: Any = "/flow_runs/bulk_delete"


async def delete_runs(chosen: dict[str, Any]) -> int:
    """Delete the runs of a filter with their states and logs; return their number."""
    count = 0
    async with get_client() as client:
        while True:
            answer = await client.request("POST", _BULK_DELETE, json={"flow_runs": chosen})
            deleted = answer.json()["deleted"]
            if not deleted:
                return count
            count += len(deleted)


async def delete_old_runs(at: datetime, keep: timedelta) -> int:
    """Delete every run scheduled more than `keep` before `at`, in any state. Returns their number.

    Prefect's vacuum deletes those that have ended; those that a power cut left running or pending it would keep for ever.
    """
    return await delete_runs({"expected_start_time": {"before_": (at - keep).isoformat()}})

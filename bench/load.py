"""The load of `completion.py`, in a process of its own: `python bench/load.py plan.json` prints seconds and waits as JSON.

Requests are made as bytes on open connections, so that the load costs the machine little.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

Task = Mapping[str, Any]


async def drained(
    tasks: list[Task], clients: int, complete: Callable[[Task], Awaitable[Iterable[Task]]]
) -> tuple[float, list[float]]:
    """Have clients complete tasks, and what opens behind them, until none is left: seconds, and each wait in ms.

    The line is first come, first served, so the steps of one dossier fall to many clients, and so to all workers.
    """
    line, seen, waits = deque(tasks), {task["id"] for task in tasks}, list[float]()

    async def client() -> None:
        while line:
            task = line.popleft()
            begun = time.perf_counter()
            opened = await complete(task)
            waits.append((time.perf_counter() - begun) * 1e3)
            line.extend(each for each in opened if each["id"] not in seen)
            seen.update(each["id"] for each in opened)

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return time.perf_counter() - begun, waits


def outcome(task: Task) -> str | None:
    """Outcome of a task; the permit is drawn so that only reception has to choose."""
    return "accept" if task["milestone"] == "accept" else None


def result(task: Task) -> str | None:
    """The leader's decision: there is nothing to refuse."""
    return "granted" if task["milestone"] == "result" else None


async def load(plan: Mapping[str, Any]) -> tuple[float, list[float]]:
    """Make the load of a plan: complete its tasks, or make its searches."""
    idle = [await asyncio.open_connection("127.0.0.1", plan["port"]) for _ in range(plan["connections"])]
    search = [{"id": number} for number in range(plan.get("searches", 0))]

    async def ask(task: Task) -> Any:
        connection = idle.pop()
        try:
            connection[1].write(_request(plan, task))
            answer = await _answer(connection[0])
        finally:
            idle.append(connection)
        return answer.get("tasks", ())

    return await drained(search or plan["tasks"], plan["connections"], ask)


def _request(plan: Mapping[str, Any], task: Task) -> bytes:
    if "body" in plan:
        path, role, body = "/v1/user-tasks/search", "specialist", plan["body"]
    else:
        path, role = f"/v1/user-tasks/{task['id']}/completion", task["role"]
        body = {"outcome": outcome(task), "values": {"ok": 1}, "result": result(task)}
    content = json.dumps(body)
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {plan['tokens'][role]}\r\n"
        f"Idempotency-Key: {uuid4()}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n{content}"
    ).encode()


async def _answer(reader: asyncio.StreamReader) -> Any:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    content = await reader.readexactly(length)
    if not head.startswith(b"http/1.1 200"):
        sys.exit(content.decode())
    return json.loads(content)


if __name__ == "__main__":
    for plan in sys.argv[1:]:
        print(json.dumps(asyncio.run(load(json.loads(Path(plan).read_text())))))

"""Pages of Viewflow among finished permits and open tasks, asked in process; a program of its own Python.

`viewflow_pages.py` runs it: `served.py HOST PORT DATABASE USER SIZE OPEN_OF READINGS`, the password in `PGPASSWORD`. It walks
permits by Viewflow's own activations, copies their rows by SQL, asks the application of the project `permits`, and prints a line
of JSON for each page. As under a server with threads, each reader is a thread with a connection that stays.
"""

import json
import statistics
import sys
import threading
import time

import django
import httpx
from django.conf import settings

READERS = (1, 8)
#: Processes of a unit, and how many are copied by one statement.
OF_ONE_UNIT, PORTION = 2_500, 50_000
#: Of an open permit so many steps are done.
DONE = 3
UNIT = 1
_NAMES = ("host", "port", "database", "user")


def configure(host: str, port: str, database: str, user: str) -> None:
    """Set Django up as Viewflow's documentation does, with connections that stay."""
    settings.configure(
        DEBUG=False,
        SECRET_KEY="of a bench",  # noqa: S106 - nobody signs in from outside
        ALLOWED_HOSTS=["permits.test"],
        ROOT_URLCONF="permits.urls",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        STATIC_URL="/static/",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "viewflow",
            "viewflow.workflow",
            "permits",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "viewflow.middleware.SiteMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": host,
                "PORT": port,
                "NAME": database,
                "USER": user,
                "CONN_MAX_AGE": None,
            }
        },
    )
    django.setup()


def fill(size: int, open_of: int) -> None:
    """Make tables, an officer for each unit, and so many processes; one in `open_of` is open."""
    from django.contrib.auth.models import Permission, User
    from django.contrib.contenttypes.models import ContentType
    from django.core.management import call_command
    from django.db import connection
    from permits.models import Permit

    call_command("migrate", verbosity=0)
    of_one_unit = min(OF_ONE_UNIT, size // 4)
    kind = ContentType.objects.get_for_model(Permit, for_concrete_model=False)
    sees, _ = Permission.objects.get_or_create(
        codename="view_permit", content_type=kind, defaults={"name": "sees"}
    )
    for number in range(size // of_one_unit + 1):
        officer = User.objects.create(username=f"unit {number}")
        own = Permission.objects.create(codename=f"unit_{number}", name=f"unit {number}", content_type=kind)
        officer.user_permissions.add(sees, own)
    head = User.objects.create(username="head", is_superuser=True)
    finished, waits = walked(head, 7), walked(head, DONE)
    with connection.cursor() as cursor:
        cursor.execute("select min(id) from auth_user where username like 'unit %'")
        officer = cursor.fetchone()[0]
        for first in range(0, size, PORTION):
            copied(
                cursor, (finished, waits), first, min(first + PORTION, size), of_one_unit, open_of, officer
            )
        cursor.execute("vacuum analyze")


def walked(officer: object, steps: int) -> int:
    """The id of a process of which so many steps are done."""
    from permits.flows import PermitFlow

    process = PermitFlow.begin.run()
    for _ in range(steps):
        task = process.task_set.get(finished__isnull=True)
        with task.activation() as activation:
            activation.assign(officer)
            activation.start(None)
            activation.execute()
    return process.pk


def copied(cursor, sources, first, last, of_one_unit, open_of, officer) -> None:
    """Copies of a finished process and of an open one with their tasks; every second open task is taken."""
    finished, waits = sources
    named = {"process": columns(cursor, "viewflow_process"), "task": columns(cursor, "viewflow_task")}
    moved = {name: f"s.{name} - m.ago" for name in ("created", "assigned", "started", "finished")}
    values = {
        "process": moved | {"data": "jsonb_set(s.data, '{unit}', to_jsonb(m.unit))"},
        "task": moved
        | {
            "process_id": "m.id",
            "owner_permission": "case when s.owner_permission is not null then 'permits.unit_' || m.unit end",
            "owner_id": "case when s.owner_id is not null or m.taken then m.officer end",
            "status": "case when s.status = 'NEW' and m.taken then 'ASSIGNED' else s.status end",
            "assigned": "case when s.status = 'NEW' and m.taken then s.created - m.ago else s.assigned - m.ago end",
        },
    }
    cursor.execute("drop table if exists m")
    cursor.execute(
        """
        create temporary table m as select nextval('viewflow_process_id_seq') as id, n, (n / %(of_one_unit)s)::int as unit,
          case when n %% %(open_of)s = 0 then %(waits)s else %(finished)s end as source,
          n %% (2 * %(open_of)s) = 0 as taken, %(officer)s + n / %(of_one_unit)s as officer,
          interval '1 hour' * case when n %% %(open_of)s = 0 then n %% 500 else 500 + n %% 16000 end as ago
        from generate_series(%(first)s, %(last)s - 1) n
        """,
        {
            "first": first,
            "last": last,
            "of_one_unit": of_one_unit,
            "open_of": open_of,
            "waits": waits,
            "finished": finished,
            "officer": officer,
        },
    )
    for table, key in (("process", "id"), ("task", "process_id")):
        given = {name: values[table].get(name, f"s.{name}") for name in named[table]}
        if table == "process":
            given = {"id": "m.id"} | given
        cursor.execute(
            f"insert into viewflow_{table} ({', '.join(given)}) select {', '.join(given.values())} "  # noqa: S608 - names of our own
            f"from m join viewflow_{table} s on s.{key} = m.source"
        )


def columns(cursor, table: str) -> list[str]:
    """The columns of a table but its key."""
    cursor.execute(
        "select column_name from information_schema.columns where table_name = %s and column_name <> 'id'",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def questions() -> list[tuple[str, str, str]]:
    """A question: by whom, where."""
    # Tasks find their addresses once those of the project are there.
    import permits.urls  # noqa: F401 - for what it enters
    from viewflow.workflow.models import Task

    task = Task.objects.filter(status="ASSIGNED", owner__username=f"unit {UNIT}").order_by("pk").first()
    mine, head = f"unit {UNIT}", "head"
    return [
        ("inbox, own tasks", mine, "/permit/inbox/"),
        ("inbox, not taken", mine, "/permit/queue/"),
        ("inbox, done", mine, "/permit/archive/"),
        ("inbox, whole unit, head of all units", head, "/permit/tasks/"),
        ("step", mine, task.flow_task.reverse("execute", args=[task.process_id, task.pk])),
        ("dossier", head, f"/permit/{task.process_id}/"),
    ]


def signed_in(name: str) -> str:
    """The key of a new session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    user, session = User.objects.get(username=name), SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


def asked(application, path: str, session: str, readers: int, readings: int) -> dict[str, float]:
    """Kilobytes, CPU and waits in milliseconds of so many readings by each reader."""
    took, sizes, failed = [], [], []

    def reader() -> None:
        transport = httpx.WSGITransport(application)
        with httpx.Client(
            transport=transport, base_url="http://permits.test", cookies={"sessionid": session}
        ) as client:
            client.get(path)
            for _ in range(readings):
                began = time.perf_counter()
                page = client.get(path)
                took.append((time.perf_counter() - began) * 1000)
                sizes.append(len(page.content))
                if page.status_code != 200:
                    failed.append(f"{path}: {page.status_code} {page.headers.get('location')}")

    threads = [threading.Thread(target=reader) for _ in range(readers)]
    spent = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = (time.process_time() - spent) * 1000 / (readers * (readings + 1))
    if failed:
        sys.exit(failed[0])
    return {
        "kb": sizes[-1] / 1000,
        "cpu": spent,
        "p50": statistics.median(took),
        "p95": statistics.quantiles(took, n=20)[-1],
    }


def main(host: str, port: str, database: str, user: str, size: str, open_of: str, readings: str) -> None:
    """Fill where nothing is, ask, print."""
    configure(host, port, database, user)
    from django.contrib.auth.models import User
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    if "auth_user" not in connection.introspection.table_names() or not User.objects.exists():
        fill(int(size), int(open_of))
    application = get_wsgi_application()
    for what, reader, path in questions():
        session = signed_in(reader)
        found = [asked(application, path, session, readers, int(readings)) for readers in READERS]
        print(
            json.dumps(
                {
                    "what": what,
                    "kb": found[0]["kb"],
                    "cpu": found[0]["cpu"],
                    "waits": [(each["p50"], each["p95"]) for each in found],
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])

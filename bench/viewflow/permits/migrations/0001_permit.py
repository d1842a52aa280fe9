"""A proxy of Viewflow's own process."""

from django.db import migrations


class Migration(migrations.Migration):
    """No table is made."""

    dependencies = [("viewflow", "0015_task_scheduled")]  # noqa: RUF012 - Django's own form
    operations = [  # noqa: RUF012 - Django's own form
        migrations.CreateModel(name="Permit", fields=[], options={"proxy": True}, bases=("viewflow.process",))
    ]

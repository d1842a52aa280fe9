"""The process: a proxy, as Viewflow advises, so that a list reads one table less."""

from viewflow import jsonstore
from viewflow.workflow.models import Process


class Permit(Process):
    """A permit that is asked for."""

    what = jsonstore.CharField(max_length=150, default="")
    unit = jsonstore.IntegerField(default=0)

    class Meta:
        """No table of its own."""

        proxy = True

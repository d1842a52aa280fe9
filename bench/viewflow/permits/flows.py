"""The flow: seven steps of people, of those of the unit."""

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.flow.views import UpdateProcessView

from permits.models import Permit


def of_its_unit(activation):
    """The permission that officers of the unit have."""
    return f"permits.unit_{activation.process.unit}"


def step(following):
    """A step of an officer, with the form of the process."""
    return flow.View(UpdateProcessView.as_view(fields=["what"])).Permission(of_its_unit).Next(following)


class PermitFlow(flow.Flow):
    """From reception to hand-over."""

    process_class = Permit
    process_title = "Permit"

    begin = flow.StartHandle(this.begun).Next(this.receive)
    receive = step(this.assign)
    assign = step(this.examine)
    examine = step(this.check)
    check = step(this.decide)
    decide = step(this.number)
    number = step(this.hand_over)
    hand_over = step(this.end)
    end = flow.End()

    def begun(self, activation, unit=0):
        """Begin in a unit."""
        activation.process.unit = unit
        activation.process.what = "Permit that is asked for"
        return activation.process

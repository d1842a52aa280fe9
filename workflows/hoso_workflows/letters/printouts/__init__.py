"""Papers on which people keep what they have typed or filed."""

from hoso_workflows.letters.printouts.printout import Line, Printout, PrintoutNotSet, typeset

__all__ = ["Line", "Printout", "PrintoutNotSet", "typeset"]

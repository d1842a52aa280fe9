"""Messages to people, in the transaction of what they tell of."""

from hoso_workflows.organisation.telling.people import ACTING, Place, officers_below, people_of, tell

__all__ = ["ACTING", "Place", "officers_below", "people_of", "tell"]

"""When to stop reading: a statement about recall that holds at a stated confidence, or says that it cannot be made."""

from upstander.review.certificate.certificate import Bound, Certificate
from upstander.review.certificate.deciding import certificate
from upstander.review.certificate.plan import Plan, Rule
from upstander.review.certificate.reviewed import Reviewed

__all__ = ["Bound", "Certificate", "Plan", "Reviewed", "Rule", "certificate"]

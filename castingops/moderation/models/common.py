"""What the tables of moderation share: how long, for what, by whom."""
from datetime import timedelta

from sqlalchemy import text

from castingops.core.privacy import Purpose, personal

FIVE_YEARS = timedelta(days=1826)  # a decision can be asked about in court; then the case goes
WHY = (Purpose.MODERATION,)
OPEN = text("state = 'open'")
UNDECIDED = text("state in ('open', 'pending')")
FREE = text("state = 'open' and assigned_to is null")
DECIDED = text("state = 'decided'")

STAFF_ID = personal(category="identifier", subject="staff", purposes=WHY, retention=FIVE_YEARS, erase="keep")

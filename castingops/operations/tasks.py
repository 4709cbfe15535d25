"""Work that runs beside requests, as the system."""
from castingops.operations.service import REVIVE

JOBS = [REVIVE]

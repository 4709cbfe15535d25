"""A worker of the whole house and the drill feature: celery -A tests.drills.worker:celery worker."""
from castingops import worker
from tests.drills import effects

effects.wire()
celery = worker.celery

"""The kit of both edges: blueprints, guard, envelope, errors, idempotency, rate limits, pages."""

"""Stand-ins for services that a machine of ours cannot have: small WSGI apps that speak the providers' real HTTP.

They know nothing of the house and the house nothing of them: the same client code runs against either, by address.
Tests start them, and `up` for a person to try; production starts none, and its image does not carry them.
"""
import os


def refuse_production() -> None:
    """Errors: SystemExit in production: whoever believed a simulator would let anybody in."""
    if os.environ.get("CASTINGOPS_ENVIRONMENT", "development") == "production":
        raise SystemExit("a simulator is for development")

"""Stand-ins for Google, Microsoft, GitHub, the staff's directory and Nafath, which `up` starts where none is named.

Only on a development machine: production names its own, or offers none.
"""
import os

from castingops.bootstrap.environment import PREFIX, given

CLIENT_ID, CLIENT_SECRET = "castingops", "a simulator's secret"
NAFATH_KEY, NAFATH_ISSUER, NAFATH_AUDIENCE = "a simulator's key", "https://nafath.simulator.example", "castingops"
_NAMED = ("OAUTH_GOOGLE_CLIENT_ID", "OAUTH_MICROSOFT_CLIENT_ID", "OAUTH_GITHUB_CLIENT_ID", "SSO_ISSUER", "NAFATH")


def is_wanted() -> bool:
    """Whether this is a development machine on which nobody has named a provider."""
    return os.environ.get(f"{PREFIX}ENVIRONMENT", "development") == "development" and not any(map(given, _NAMED))


def providers(at: str) -> dict[str, str]:
    """The settings, without their prefix, of a castingops that signs people in at the simulator under this address."""
    named = {f"OAUTH_{kind}_{what}": value for kind in ("GOOGLE", "MICROSOFT", "GITHUB")
             for what, value in (("CLIENT_ID", CLIENT_ID), ("CLIENT_SECRET", CLIENT_SECRET))}
    return named | {
        "OAUTH_GOOGLE_ISSUER": f"{at}/google", "OAUTH_MICROSOFT_ISSUER": f"{at}/microsoft/common/v2.0",
        "OAUTH_GITHUB_URL": f"{at}/github", "OAUTH_GITHUB_API_URL": f"{at}/github/api",
        "SSO_ISSUER": f"{at}/sso", "SSO_CLIENT_ID": CLIENT_ID, "SSO_CLIENT_SECRET": CLIENT_SECRET,
        "SSO_ROLES": "house-moderators=moderator,house-auditors=auditor,house-admins=admin,house-finance=finance"}


def nafath(at: str) -> dict[str, str]:
    """The settings, without their prefix, of a castingops that has people verified by the simulator at this address."""
    return {"NAFATH": "direct", "NAFATH_URL": at, "NAFATH_APP_ID": "simulated", "NAFATH_APP_KEY": NAFATH_KEY,
            "NAFATH_ISSUER": NAFATH_ISSUER, "NAFATH_AUDIENCE": NAFATH_AUDIENCE,
            "NAFATH_SERVER_IP": "192.0.2.10"}


def settings(url: str, at: str) -> dict[str, str]:
    """What every process of a home at `url` is told; what the caller has set wins."""
    told = providers(at) | nafath(f"{at}/nafath") | {
        "OAUTH_REDIRECTS": f"com.castingops.talent:/signed-in,{url}/api/v1/docs"}
    return {PREFIX + name: value for name, value in told.items() if not given(name)}

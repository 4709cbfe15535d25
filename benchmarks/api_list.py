"""50 published profiles of 1,000,000: the read helper and the whole real route, beside bare Flask, FastAPI and DRF."""
import sys
from statistics import median
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from benchmarks import published
from benchmarks.api_list_peers import asgi_call, drf_call, fastapi_app
from benchmarks.harness import ratio, report, rounds, stage, wsgi_call
from tests.factories import doors

NAME = "api-list"
ROWS = 1_000_000
WANTED = {"read_vs_flask_psycopg": (">=", 0.75), "vs_flask_psycopg": (">=", 0.35), "vs_fastapi": (">=", 1.3),
          "vs_drf": (">=", 2.2)}


def main() -> int:
    """Measure and report."""
    with stage() as here:
        published.fill(here.superuser, ROWS)
        someone = doors.register(here.app, "hirer")
        headers = {"Authorization": f"Bearer {someone.token}"}
        pem = here.settings.token_key.get_secret_value().encode()
        key = cast(Ed25519PrivateKey, load_pem_private_key(pem, None)).public_key()
        url = here.url("castingops_backup")  # the peers' role passes row level security
        targets = {
            "bare": published.bare(here), "helper": published.helper(here),
            "route": wsgi_call(here.app.wsgi_app, "/api/v1/talent-profiles", headers=headers),
            "fastapi": asgi_call(fastapi_app(url, key), "/list", headers),
            "drf": drf_call(url, key, headers),
        }
        sizes = {f"{name}_bytes": len(call()) for name, call in targets.items()}
        costs = rounds(here, targets, count=11, repeats=200)
        ratios = {
            "read_vs_flask_psycopg": ratio(costs, "bare", "helper"), "vs_flask_psycopg": ratio(costs, "bare", "route"),
            "vs_fastapi": ratio(costs, "fastapi", "route"), "vs_drf": ratio(costs, "drf", "route")}
        figures = {f"{name}_ms": round(median(values), 3) for name, values in costs.items()} | sizes | {"rows": ROWS}
    return report(NAME, ratios, figures, WANTED)


if __name__ == "__main__":
    sys.exit(main())

"""What a person tries the house with, on one port: providers of sign-ins, and Nafath under `/nafath/`."""
import argparse

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import run_simple

from castingops.bootstrap.simulated import NAFATH_KEY
from castingops.simulators import refuse_production
from castingops.simulators.identity_provider import IdentityProvider, create_app
from castingops.simulators.nafath import DirectNafath, post_json


def main() -> None:
    """Serve until stopped."""
    refuse_production()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--house", required=True, help="where castingops answers: callbacks go there")
    options = parser.parse_args()
    providers = create_app(IdentityProvider(f"http://{options.host}:{options.port}"))
    nafath = DirectNafath(NAFATH_KEY, post_json(f"{options.house}/api/v1/webhooks/nafath"))
    run_simple(options.host, options.port, DispatcherMiddleware(providers, {"/nafath": nafath}), threaded=True)


if __name__ == "__main__":
    main()

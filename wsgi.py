"""The WSGI entry."""
from castingops.app import create_app

app = create_app()

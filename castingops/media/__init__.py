"""People's photos: taken in as hostile, kept re-encoded, shown under short-lived signatures."""

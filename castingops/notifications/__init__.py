"""Messages to people: templates in both languages, an inbox for the apps, and e-mail (NOTE-1)."""

"""A believable house to look at: people, portraits, a year of decisions. Never in production."""

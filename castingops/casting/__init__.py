"""Talent profiles: the working copy, revisions sent for review, and what the marketplace sees."""

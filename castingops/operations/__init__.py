"""The house at work: the home page, and messages that could not be delivered."""

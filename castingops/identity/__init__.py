"""Who people are: accounts, roles, passwords, one-time codes, staff sessions and the apps' tokens."""

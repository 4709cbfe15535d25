"""What an outside directory of people tells us: whom hirers' companies employ, in which organization (ID-11)."""

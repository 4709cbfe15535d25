"""Selects over organizations. Those before there is a member go through named definer functions (migration 0021)."""

"""castingops: the staff house of a Saudi casting marketplace."""

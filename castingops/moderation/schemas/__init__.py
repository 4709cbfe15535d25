"""What the API of moderation takes and documents."""

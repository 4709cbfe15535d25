"""What tests stand on, a module per feature."""

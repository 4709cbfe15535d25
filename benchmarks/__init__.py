"""Speed, side by side with peers in one run. A figure is a ratio; absolute times of a shared machine say little."""

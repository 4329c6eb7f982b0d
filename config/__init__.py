"""What an operator sets: settings, thresholds, roster."""

"""What is asked of a hall's device from the centre, and what became of it."""

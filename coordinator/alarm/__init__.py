"""What is wrong, who cares for it, and what many halls have in common (ISA-18.2)."""

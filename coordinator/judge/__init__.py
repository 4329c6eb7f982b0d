"""The judge: a process that watches the programme and says who gets it."""

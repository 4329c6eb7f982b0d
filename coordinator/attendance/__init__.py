"""Who is here: check-in, roll calls, members who sit elsewhere, sums."""

"""The quality of each point's link, now and over the last hour."""

"""What people look at: the pages, their words, their live feed."""

"""A post in, its event out: names of gatherings, editions, days, places, venues."""

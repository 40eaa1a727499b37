"""The calendar: what goes out when, in one person's zone; what is free; and moving it.

grid.py      days and hours of a month, a week, a list, and the moments that they begin and end at: pure
showing.py   what stands in it: one question for deliveries, one for drafts, one for series
heads.py     of each day the first few, and how many there are
gaps.py      posting times that nothing has taken
glance.py    today and tomorrow, and what went out last: for the front page
moving.py    one entry to another day or time, and back
"""

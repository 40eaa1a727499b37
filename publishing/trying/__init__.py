"""Trying a prompt on pictures of a folder before there is a watch: rows of `Trial`, which make no post and go soon.

asking   a few pictures are to get words: one row for each
writing  a row gets its words, from a captioner that has seen its picture
seen     what came of them, for the page of a new source
tasks    the round, and how long they are kept
"""

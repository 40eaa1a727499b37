"""What is sealed: keys, fields, rotation; and keeping secrets out of texts."""

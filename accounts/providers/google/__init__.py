"""Google: the login for Drive, and its API client, for reading only."""

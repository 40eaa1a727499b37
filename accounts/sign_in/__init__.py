"""Coming in: invitations, the door, second factors and sessions."""

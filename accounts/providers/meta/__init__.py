"""What Meta's three products have in common: the Graph API's client, errors, paging, versions; logins that end."""

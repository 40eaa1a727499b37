"""Why a login, a place, a connection or a request is as it is. Each provider has what it alone says in its folder."""

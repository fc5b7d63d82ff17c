"""The questions themselves, a module per version. What was once in use stays, for the requests that answered it."""

"""People whom an identity provider has signed in: linked to principals, or unknown; their sign-outs."""

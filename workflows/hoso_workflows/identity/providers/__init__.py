"""People whom an identity provider has signed in, and their sign-outs there."""

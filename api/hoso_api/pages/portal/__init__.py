"""The portal's shell: who is at a page of it, and its places."""

"""Signatures on PDFs: keys of files and tokens, signing as PAdES, verification."""

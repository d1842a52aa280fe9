"""PDF of drafts and of filings, for their owners."""

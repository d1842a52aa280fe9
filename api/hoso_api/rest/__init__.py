"""The REST API under `/v1`, one room for each subject."""

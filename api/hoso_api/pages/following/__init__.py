"""Pages on which an applicant follows one dossier of theirs and is heard."""

"""Commands on dossiers: service, repository, views, worklist, migration."""

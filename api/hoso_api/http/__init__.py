"""HTTP as the routes share it: commands, fields, problems, authentication, OpenAPI."""

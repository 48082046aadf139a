"""Routes that are not GraphQL: signed documents, issuers, status lists, health."""

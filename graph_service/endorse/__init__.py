"""Endorsements: life cycle, credential, proof, status and verification. Pure; the only importer of pyld."""

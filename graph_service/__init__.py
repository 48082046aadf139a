"""Endorsement and pathway graph service for open badges."""

__version__ = "0.1.0"

"""What the service does: load, judge, commit. One module per kind of action or computed answer."""

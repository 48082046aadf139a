"""`python -m graph_service` is the command `graph-service`."""

from graph_service.cli import main

main()

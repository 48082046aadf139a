"""Files of others: `read(bytes)` returns what was found and every problem with its place. No input or output."""

MAX_BYTES = 16 * 2**20
"""As large as a file may be."""

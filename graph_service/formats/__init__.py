"""Files of others: `read(bytes)` returns what was found and every problem with its place. No input or output."""

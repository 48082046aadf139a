"""What Python decides about; standard library only, no input or output."""

"""What is on the network besides the database. The only importer of aiosmtplib and httpx."""

"""Titles and lines as a PDF. Knows nothing of requests; nothing is written to a disk."""

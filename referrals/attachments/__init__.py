"""Files that a patient adds to a request: what they are, where they lie sealed, whether a scanner has looked."""

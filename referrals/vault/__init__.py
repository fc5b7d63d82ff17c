"""All cryptography of the project: keys, sealed fields, tokens of links. Knows no models."""

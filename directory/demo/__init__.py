"""The demonstration: a directory of fictional people at real towns."""

"""Telling clinics what happened: written with the change (outbox), sent by the worker."""

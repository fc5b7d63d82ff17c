"""What ./run calls: making the secrets, serving, testing. Nothing of the site imports it."""

"""The door of partners: the intake as data, and requests sent with a key."""

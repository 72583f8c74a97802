"""The history of the register's shape."""

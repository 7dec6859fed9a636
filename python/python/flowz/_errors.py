"""What can go wrong."""


class Error(Exception):
    """flowz cannot do what it was asked for; the text says why, and what to do about it."""


class UsageError(Error, ValueError):
    """The call asks for what is not there: a plugin, a setting, a column, a table, a filter, rows that were read already."""


class InputError(Error, OSError):
    """A capture cannot be read at all."""


class DamagedInput(UserWarning):
    """A capture is damaged: the rows hold all that could be read of it."""

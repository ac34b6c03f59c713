"""What dvskit raises and warns of."""


class Error(OSError):
    """A file that is missing, invalid, damaged or changed, or a program of dvskit that failed.

    Its text is one line: the file, where in it, what was expected and found, and what to do.
    """


class RecordingWarning(UserWarning):
    """Something unusual in a recording that can be read nevertheless, such as a clock that goes back."""

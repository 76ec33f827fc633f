"""A limit that kills the process which compares a text of a certain length with it."""

import os
import signal


class Deadly(int):
    """The longest text that is allowed; a text of 6,666 characters ends the process.

    ``length > Deadly(…)`` asks the subclass first. So the process is killed by the system while it
    searches this one article, as it is by a fault in compiled code.
    """

    def __lt__(self, other: object) -> bool:
        if other == 6_666:
            os.kill(os.getpid(), signal.SIGKILL)
        return int(self) < other  # type: ignore[operator]

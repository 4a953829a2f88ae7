"""One command, and what it used: CPU seconds, wall seconds, and the KiB of its largest process at its peak.

    python -I -S benchmarks/measured.py COMMAND [ARGUMENT]...

CPU and memory include all descendants that were waited for. This is a program of its own because a process begins with
the peak memory of the one that starts it; nothing that is measured here starts below this small one's, about 9 MB.
"""

import os
import sys
import time


def main(command: list[str]) -> int:
    """Prints the three figures; the command's own output is dropped, its complaints are not."""
    dropped = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    began = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=dropped)
    _, status, used = os.wait4(process, 0)
    print(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

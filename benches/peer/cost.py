"""Runs the command that follows the first argument, and writes what it took into the file that the first names.

A process of its own, and a small one: Linux counts the memory of whoever starts a program as the program's own peak.
"""

import json
import os
import subprocess
import sys
import time

start = time.perf_counter()
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
cost = {
    "seconds": round(time.perf_counter() - start, 2),
    "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
    "peak_mib": round(usage.ru_maxrss / 1024, 1),
}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(cost, file)
sys.exit(os.waitstatus_to_exitcode(status))

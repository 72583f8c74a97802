"""The most memory that a process of its own took.

`ru_maxrss` will not do: Linux hands a child what its parent held when it was started, so in a suite it is as large
as the worker that runs the test.
"""

#: Python that defines `peak()`: MiB that the process it runs in has held at most (`VmHWM` of its own address space).
PEAK = """
from pathlib import Path

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
"""

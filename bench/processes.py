"""Servers as processes: started on a free port, looked at through /proc, ended by their id."""

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = 300
STOP_SECONDS = 10
TICKS = os.sysconf("SC_CLK_TCK")


class ServerFailed(Exception):
    """A server that did not start; the message holds the end of its log."""


class Server:
    """A peer that runs until `stop`. Its output goes to a log file in `folder`.

    The port is `port`, once something accepts there, or else the one that the first group of
    `announcement` finds in the output.
    """

    def __init__(self, command, folder, announcement=None, port=None):
        self._log = Path(folder) / f"{Path(command[0]).name}-{time.monotonic_ns()}.log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self.port = self._wait_for_port(announcement, port)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self):
        return self._process.pid

    def _wait_for_port(self, announcement, port):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            found = announcement and re.search(announcement, self._log.read_text(errors="replace"))
            if found:
                return int(found.group(1))
            if port and accepts(port):
                return port
            time.sleep(0.02)
        raise ServerFailed(f"{self._process.args[0]} does not serve: {self.log()[-2000:]}")

    def log(self):
        return self._log.read_text(errors="replace")

    def stop(self):
        """Ends the server and the processes it started."""
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.pid, signal_number)
                self._process.wait(STOP_SECONDS)
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def cpu_seconds(pid):
    """CPU time, user and system, of a process and all its descendants that live."""
    stats = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            stats[int(file.parent.name)] = parse_stat(file.read_text())
        except OSError:
            # It ended while we looked.
            continue
    return sum(stats[member][1] for member in family_of(pid, stats)) / TICKS


def parse_stat(text):
    """Parent and CPU ticks of a process, from its /proc/PID/stat; its name may hold anything."""
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), int(fields[11]) + int(fields[12])


def family_of(pid, stats):
    """A process and its descendants, given each process's parent first."""
    family = [pid] if pid in stats else []
    for member in family:
        family += [child for child, stat in stats.items() if stat[0] == member]
    return family


def memory_bytes(pid, without):
    """A process's share of physical memory, but for what it maps from files below a folder."""
    return parse_smaps(Path(f"/proc/{pid}/smaps").read_text(), str(without))


def parse_smaps(text, without):
    total = 0
    counts = False
    for line in text.splitlines():
        words = line.split(maxsplit=5)
        if not words[0].endswith(":"):
            counts = len(words) < 6 or not words[5].startswith(f"{without}/")
        elif counts and words[0] == "Pss:":
            total += int(words[1]) * 1024
    return total

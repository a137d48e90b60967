"""The load that goes on while something is deployed."""

import json
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .droplet import ROOT, run

HOSTS = {
    "site": "qa.conciliaextrato.com",
    "saas": "app.qa.conciliaextrato.com",
    "api": "api.qa.conciliaextrato.com",
}


def prepare():
    """Builds the client and returns its path."""
    return run([ROOT / "Scripts/example", "load"]).strip()


class Load:
    """Requests at a fixed rate, kept connections and one-shot ones, GET and POST, from before to after a change."""

    def __init__(self, client, address, ports, rate):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "report.json"
        hosts = ",".join(f"{HOSTS[service]}@{address}:{port}" for service, port in ports.items())
        self.command = [client, "run", "--hosts", hosts, "--rate", str(rate), "--seconds", "300",
                        "--report", self.path]  # fmt: skip

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        time.sleep(1)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            # What the change did to requests in flight shows a moment after it.
            time.sleep(1)
            self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.report = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.folder.cleanup()

    def figures(self, version, began):
        """What the change to a version that began then did to requests."""
        report = self.report
        first = next((seen["firstAnswer"] for seen in report["versions"] if seen["version"] == version), None)
        parts = {**report["byKind"], **report["byMethod"]}
        return {
            "answers": None if first is None else first - began,
            "sent": report["sent"],
            "lost": report["lost"],
            "lostBy": {name: part["lost"] for name, part in parts.items()},
            "slowest": report["latencyMilliseconds"]["max"] / 1000,
            "mixed": report["mixed"],
        }

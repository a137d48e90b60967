"""The lab droplet that everything is measured on, and the images on it."""

import os
import shlex
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("site", "saas", "api")


def run(arguments, **options):
    """Runs a command here; what it prints is returned, and shown when it fails."""
    result = subprocess.run(arguments, capture_output=True, text=True, **options)
    if result.returncode != 0:
        raise SystemExit(f"{shlex.join(map(str, arguments))} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


class Droplet:
    """The droplet, reached as the deploy user over SSH, with a connection of its own for each command."""

    def __init__(self, name):
        lab = ROOT / "Scripts/lab"
        self.name = name
        run([lab, "up", name])
        run([lab, "reset", name])
        settings = run(["bash", "-c", f'eval "$({shlex.quote(str(lab))} env {name})"; env -0'])
        pairs = (pair.split("=", 1) for pair in settings.split("\0") if pair)
        self.settings = {name: value for name, value in pairs if name.startswith("DEPLOYKIT_")}
        self.address = self.settings["DEPLOYKIT_HOST"]

    def ssh(self, script):
        """The command that runs a script on the droplet."""
        return [
            "ssh", "-F", "none", "-i", self.settings["DEPLOYKIT_SSH_KEY_FILE"],
            "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
            "-o", f"UserKnownHostsFile={self.settings['DEPLOYKIT_KNOWN_HOSTS_FILE']}",
            f"{self.settings['DEPLOYKIT_USER']}@{self.address}", script,
        ]  # fmt: skip

    def __call__(self, script, text=""):
        """Runs a script on the droplet, outside of any measurement, with a text on its standard input."""
        return run(self.ssh(f"set -eu; {script}"), input=text)

    def send(self, *files):
        """Puts files into ~/bench on the droplet."""
        self("mkdir -p bench")
        archive = subprocess.run(
            ["tar", "-c", *(part for file in files for part in ("-C", file.parent, file.name))],
            capture_output=True, check=True,
        ).stdout  # fmt: skip
        subprocess.run(self.ssh("tar -x -C bench"), input=archive, check=True)

    def bring(self, versions):
        """Has the images of all versions on the droplet, so that nobody's transport is measured."""
        names = [f"bankflow-{service}:{version}" for version in versions for service in SERVICES]
        there = set(self("docker images --format '{{.Repository}}:{{.Tag}}'").split())
        missing = [name for name in names if name not in there]
        if missing:
            save = " ".join(map(shlex.quote, missing))
            load = shlex.join(self.ssh("docker load --quiet >/dev/null"))
            run(["bash", "-o", "pipefail", "-c", f"docker save {save} | {load}"])

    def reset(self):
        """Empties the droplet."""
        run([ROOT / "Scripts/lab", "reset", self.name])


def make_images(versions):
    """Makes images that differ in the version that they answer with, and so are releases of their own."""
    for service in SERVICES:
        base = f"bankflow-{service}:v1"
        if subprocess.run(["docker", "image", "inspect", base], capture_output=True).returncode != 0:
            run([ROOT / "Scripts/example", "build", "v1"])
        for version in versions:
            run(
                ["docker", "build", "--quiet", "--tag", f"bankflow-{service}:{version}", "-"],
                input=f"FROM {base}\nENV APP_VERSION={version}\n",
                env={**os.environ, "DOCKER_BUILDKIT": "0"},
            )


def remove_images(versions):
    """Removes from this machine what `make_images` made."""
    names = [f"bankflow-{service}:{version}" for version in versions for service in SERVICES]
    subprocess.run(["docker", "rmi", *names], capture_output=True)

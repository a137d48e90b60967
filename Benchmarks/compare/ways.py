"""The ways to bring a version of an application to the droplet.

Each can be set up and taken down, and says which command deploys a version, and which goes back to one. These commands
are what is measured; all of them run on this machine, and reach the droplet over SSH.
"""

import os
import shlex

from .droplet import ROOT, run

APPLICATIONS = ROOT / "Benchmarks/applications"
EXAMPLE = ROOT / "Examples/bankflow"
UPSTREAM_PORT = 8099


class Application:
    """What is deployed: its services, its Compose files, the executable that deploys it, and from which branch."""

    def __init__(self, name, services, files, adapter, branch):
        self.name = name
        self.services = services
        self.files = files
        self.adapter = adapter
        self.branch = branch


SINGLE = Application("single", ["site"], [APPLICATIONS / "single.yaml"], "bench-adapter", "main")
WHOLE = Application(
    "whole",
    ["site", "saas", "api"],
    [EXAMPLE / "compose.yaml", APPLICATIONS / "whole.yaml"],
    "ci-stage",
    "staging",
)


def start_upstream(droplet, version):
    """Starts what the single service hands its POSTs on to."""
    droplet(
        f"VERSION={version} docker compose -f - up -d --wait", (APPLICATIONS / "upstream.yaml").read_text()
    )


class Way:
    """What the ways share."""

    def __init__(self, droplet, application):
        self.droplet = droplet
        self.application = application
        self.variables = {"API_URL": f"http://{droplet.address}:{UPSTREAM_PORT}"}

    def remote(self, script, version):
        variables = {**self.variables, "VERSION": version}
        words = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
        return self.droplet.ssh(f"set -eu; cd bench; export {words}; {script}")

    def compose(self, project, *extra):
        files = [file.name for file in self.application.files] + list(extra)
        return f"docker compose -p {project} " + " ".join(f"-f {file}" for file in files)

    def environment(self, version):
        """The environment variables of the commands; None for those of this process."""
        return None

    def set_up(self):
        """What the first deploy needs."""

    def send_files(self, *extra):
        files = [*self.application.files, *extra]
        if self.application is WHOLE:
            files.append(EXAMPLE / ".env")
        self.droplet("rm -rf bench")
        self.droplet.send(*files)


class ComposeUp(Way):
    """`docker compose up -d --wait`, which recreates the services in place."""

    name = "compose up"

    @property
    def ports(self):
        return {service: 8080 + index for index, service in enumerate(self.application.services)}

    def set_up(self):
        self.send_files()

    def deploy(self, version):
        return self.remote(f"{self.compose('bench')} up -d --wait", version)

    def roll_back(self, version):
        return self.deploy(version)

    def take_down(self):
        run(self.remote(f"{self.compose('bench')} down --volumes", "none"))


class RollingByHand(Way):
    """A second container beside the first, a plain HAProxy in front, then the first is stopped."""

    name = "rolling by hand"
    place = "a"

    @property
    def ports(self):
        return {service: 8100 + index for index, service in enumerate(self.application.services)}

    def set_up(self):
        self.send_files(*(APPLICATIONS / file for file in ("rolling.yaml", "rolling.cfg", "roll.sh")))
        self.droplet("/usr/sbin/haproxy -D -f bench/rolling.cfg -p bench/rolling.pid")
        if self.application is WHOLE:
            stores = f"{self.compose('bench-stores', 'rolling.yaml')} up -d --wait postgres redis"
            self.droplet("docker network create bench-rolling >/dev/null")
            run(self.remote(stores, "none"))

    def deploy(self, version):
        self.place = "b" if self.place == "a" else "a"
        # Whatever others depend on goes first.
        services = " ".join(reversed(self.application.services))
        return self.remote(f"./roll.sh {self.place} {services}", version)

    def roll_back(self, version):
        return self.deploy(version)

    def take_down(self):
        self.droplet(
            """kill "$(cat bench/rolling.pid)"
            for project in bench-a bench-b bench-stores; do docker compose -p "$project" down --volumes; done
            docker network rm bench-rolling || true"""
        )


class DeployKit(Way):
    """DeployKit's own commands."""

    name = "DeployKit"

    def __init__(self, droplet, application, adapters):
        super().__init__(droplet, application)
        self.adapter = adapters / application.adapter

    @property
    def ports(self):
        return {service: 80 for service in self.application.services}

    def environment(self, version):
        # Whatever is checked out here plays the branch.
        branch = {"DEPLOYKIT_REF": self.application.branch}
        return {**os.environ, **self.droplet.settings, **self.variables, **branch, "VERSION": version}

    def deploy(self, version):
        files = [part for file in self.application.files for part in ("--file", file)]
        folder = EXAMPLE if self.application is WHOLE else APPLICATIONS
        return [self.adapter, "deploy", *files, "--project-directory", folder, "--version", version,
                "--watch", "0", "--output", "json"]  # fmt: skip

    def roll_back(self, version):
        return [self.adapter, "rollback", "--output", "json"]

    def take_down(self):
        self.droplet.reset()

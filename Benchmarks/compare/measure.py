"""One change under load, and what its command says of itself."""

import json
import subprocess
import time

from .load import Load


def change(way, command, version, client, rate):
    """Runs a command that makes a version answer, under load, and returns its figures. Times are seconds."""
    with Load(client, way.droplet.address, way.ports, rate) as load:
        began = time.time()
        process = subprocess.Popen(
            command, env=way.environment(version), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        events = [(time.time(), line) for line in process.stdout]
        words = process.stderr.read()
        status = process.wait()
        ended = time.time()
    if status != 0:
        raise SystemExit(f"{way.name} failed with status {status}:\n{words}{''.join(line for _, line in events)}")
    figures = {"command": ended - began, **load.figures(version, began)}
    if way.name == "DeployKit":
        figures["phases"] = phases([(at, json.loads(line)) for at, line in events], began, ended)
        figures["moved"] = moved(events, load, version)
    return figures


def phases(events, began, ended):
    """Where the time of a command of DeployKit went, in milliseconds, in order."""
    result = {}
    for at, event in events:
        if event["event"] == "planned":
            result["until the plan"] = (at - began) * 1000
        elif event["event"] == "performed":
            result[event["step"]] = result.get(event["step"], 0) + event["milliseconds"]
        elif event["event"] == "ended":
            result["commit itself"] = event["cutoverMicroseconds"] / 1000
            result["after the end"] = (ended - at) * 1000
    return result


def moved(events, load, version):
    """From when the command began its cutover until the version answered, in seconds."""
    cutovers = [at for at, line in events if json.loads(line).get("step") == "cut-over"]
    first = next((seen["firstAnswer"] for seen in load.report["versions"] if seen["version"] == version), None)
    return first - cutovers[0] if cutovers and first else None


def quietly(way, command, version):
    """Runs a command without load and without measuring it."""
    result = subprocess.run(command, env=way.environment(version), capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{way.name} failed with status {result.returncode}:\n{result.stdout}{result.stderr}")


def durations(command, repetitions, environment=None):
    """How long a command takes, in milliseconds, several times."""
    times = []
    for _ in range(repetitions):
        began = time.monotonic()
        subprocess.run(command, env=environment, capture_output=True, check=True)
        times.append((time.monotonic() - began) * 1000)
    return times

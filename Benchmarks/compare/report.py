"""Medians, ratios, and the tables they stand in."""

from statistics import median

WAYS = ("compose up", "rolling by hand", "DeployKit")


def middle(runs, key):
    values = [run[key] for run in runs if run[key] is not None]
    return median(values) if values else None


def spread(runs, key):
    return f"{min(run[key] for run in runs):.2f} to {max(run[key] for run in runs):.2f}"


def seconds(value):
    return "never" if value is None else f"{value:.2f}"


def table(rows):
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def lost(runs):
    """The median of what was lost, and of which kinds."""
    count = middle(runs, "lost")
    if not any(run["lost"] for run in runs):
        return "0"
    kinds = {name: median(run["lostBy"][name] for run in runs) for name in runs[0]["lostBy"]}
    return f"{count:g} (" + ", ".join(f"{name} {number:g}" for name, number in kinds.items()) + ")"


def comparison(application, kind, results):
    """A table: each way, one kind of change."""
    rows = [["", "command, s (range)", "new version answers after, s" if kind == "deploy" else "old version answers after, s",
             "lost", "slowest request, s", "command, of `compose up`"]]  # fmt: skip
    base = middle(results[application]["compose up"][kind], "command")
    for way in WAYS:
        runs = results[application][way][kind]
        command = middle(runs, "command")
        rows.append(
            [way, f"{command:.2f} ({spread(runs, 'command')})", seconds(middle(runs, "answers")), lost(runs),
             seconds(middle(runs, "slowest")), f"{command / base:.2f}"]
        )  # fmt: skip
    return table(rows)


def profile(runs):
    """A table: where DeployKit's time goes."""
    names = list(dict.fromkeys(name for run in runs for name in run["phases"]))
    rows = [["phase", "ms"]]
    for name in names:
        rows.append([name, f"{median(run['phases'].get(name, 0) for run in runs):.0f}"])
    rows.append(["the whole command", f"{middle(runs, 'command') * 1000:.0f}"])
    return table(rows)


def markdown(facts, results, costs):
    """All of it, as Markdown."""
    parts = [
        "# Results\n",
        "\n".join(f"- {name}: {value}" for name, value in facts.items()) + "\n",
    ]
    for application in results:
        title = {"single": "One service that boots in 1.0 s", "whole": "The whole example: three services"}[application]
        for kind in ("deploy", "rollback"):
            parts += [f"## {title}: {kind}\n", comparison(application, kind, results)]
            runs = results[application]["DeployKit"][kind]
            parts += ["Where DeployKit's time goes:\n", profile(runs)]
            if middle(runs, "moved") is not None:
                parts.append(f"From the start of its cutover until that version answered: {middle(runs, 'moved'):.3f} s.\n")
    parts += ["## What a command costs before it begins\n", table([["", "ms"], *([name, f"{median(times):.0f}"] for name, times in costs.items())])]
    return "\n".join(parts)

"""The figures that are wanted, and the tables that show what was measured."""

from dataclasses import dataclass
from statistics import median

NOT_MEASURED = "-"


@dataclass(frozen=True)
class Ratio:
    """Throughput of one contestant over that of another, measured in the same round."""

    figure: str
    over: str
    under: str
    at_least: float | None = None
    aim: float | None = None


RATIOS = [
    Ratio("static route, no guest / epoll server", "rockpool-static", "epoll", 0.75, 0.9),
    Ratio("404, no guest / epoll server", "rockpool-404", "epoll", 0.75, 0.9),
    Ratio("static route, no guest / nginx", "rockpool-static", "nginx"),
    Ratio("core module / epoll server", "rockpool-core", "epoll", 0.45, 0.65),
    Ratio("run through Wess / native typed call", "rockpool-wess", "rockpool-core", 0.7),
    Ratio(
        "call through WasmEngine / native json call", "rockpool-wasmengine", "rockpool-json", 0.7
    ),
    Ratio("cgi / epoll server", "rockpool-cgi", "epoll", 0.28, 0.35),
    Ratio("http component in C / epoll server", "rockpool-http", "epoll", 0.25, 0.4),
    Ratio("http component in C / nginx", "rockpool-http", "nginx"),
    Ratio("http component in C / wasmtime serve", "rockpool-http", "wasmtime", 3, 5),
    Ratio(
        "http component in C / wasmtime serve, tuned", "rockpool-http", "wasmtime-tuned", 2.2, 3.5
    ),
    Ratio("http component in C / workerd", "rockpool-http", "workerd", 5, 8),
    Ratio("JavaScript component / wasmtime serve", "rockpool-js", "wasmtime-js", 2, 5),
]


@dataclass(frozen=True)
class Row:
    """A line of the last table."""

    figure: str
    measured: str
    wanted: str = ""
    aim: str = ""
    # None where nothing was wanted or nothing measured.
    met: bool | None = None

    def cells(self):
        verdict = {True: "yes", False: "NO", None: ""}[self.met]
        return [self.figure, self.measured, self.wanted, self.aim, verdict]


def ratios_of(names):
    return [ratio for ratio in RATIOS if ratio.over in names and ratio.under in names]


def ratio_row(ratio, rounds):
    """The median of the rounds' ratios; `rounds` are dicts of measurements by contestant's name."""
    both = [each for each in rounds if ratio.over in each and ratio.under in each]
    wanted, aim = (f"{bound:g}" if bound else "" for bound in (ratio.at_least, ratio.aim))
    if not both:
        return Row(ratio.figure, NOT_MEASURED, wanted, aim)
    measured = median(
        each[ratio.over].requests_per_second / each[ratio.under].requests_per_second
        for each in both
    )
    met = measured >= ratio.at_least if ratio.at_least else None
    return Row(ratio.figure, f"{measured:.2f}", wanted, aim, met)


def at_least(figure, measured, bound):
    return Row(figure, f"{measured:.2f}", f"{bound:g}", met=measured >= bound)


def at_most(figure, measured, bound, unit):
    return Row(figure, f"{measured:.1f} {unit}", f"at most {bound:g} {unit}", met=measured <= bound)


def contestant_cells(name, rounds):
    """Medians of a contestant's measurements, or nothing if it was in no round."""
    measured = [each[name] for each in rounds if name in each]
    if not measured:
        return None
    middle = {
        field: median(getattr(each, field) for each in measured)
        for field in ("requests_per_second", "cpu_us", "p50_us", "p99_us")
    }
    return [
        name,
        f"{middle['requests_per_second']:,.0f}",
        f"{middle['cpu_us']:.1f}",
        f"{middle['p50_us'] / 1000:.2f}",
        f"{middle['p99_us'] / 1000:.2f}",
    ]


def contestants_table(names, rounds):
    header = ["contestant", "requests/s", "server CPU, us/request", "p50, ms", "p99, ms"]
    lines = [contestant_cells(name, rounds) for name in names]
    return table(header, [line for line in lines if line])


def figures_table(rows):
    return table(["figure", "measured", "at least", "aim", "met"], [row.cells() for row in rows])


def table(header, lines):
    """A Markdown table whose columns are aligned for the terminal, too."""
    widths = [max(len(line[i]) for line in [header, *lines]) for i in range(len(header))]
    rule = ["-" * width for width in widths]

    def written(line):
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"

    return "\n".join(written(line) for line in [header, rule, *lines])

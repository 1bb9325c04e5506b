"""Measure both networks and write models/EVALUATION.md.

    python -m bijou_training.evaluate --data data/test --models ../models [--real PHOTOS] \
        [--anchors runs/adapted0/last.pt | --folds runs/adapted?/last.pt] [--compare runs/anchors/last.pt] \
        [--further runs/adapted?/last.pt] [--former FILE] [--ears runs/ears?/last.pt] \
        [--trinkets runs/trinkets?/last.pt] [--strands runs/strands?/last.pt] [--hands runs/hands?/last.pt] \
        [--behind runs/behind?/last.pt] [--json quality.json] [--write]

The generators against flat compositing, in the band of the product and its surroundings (12 px); the anchors
on rendered portraits and on held-out photographs with the program's three passes. Runs the exported files.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import tomllib
from functools import partial
from pathlib import Path

import numpy as np
import torch

from bijou_training.dataset import Rendered, further_photographs, real_photographs
from bijou_training.export import load, to_onnx
from bijou_training.jewellery import LEARNED
from bijou_training.measure_behind import report as report_behind
from bijou_training.measure_ears import of_photographs, of_portraits, of_renders
from bijou_training.measure_hands import report as report_hands
from bijou_training.measure_pairs import Net, report_generator
from bijou_training.measure_points import measure_points, parts_table, points_table, report_anchors
from bijou_training.measure_strands import report as report_strands
from bijou_training.measure_time import times
from bijou_training.measure_trinkets import report as report_trinkets
from bijou_training.passes import session


def busy() -> str:
    """What else the machine does, without which no time means anything."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load < 0.5 * cores:
        return "Nothing else ran on the machine."
    return f"The machine's {cores} cores were busy with other work (load {load:.0f}): the fastest run is the better measure."


def processor() -> str:
    """What the machine calculates with."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return f"{os.cpu_count()} cores"
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    told = {k.strip(): v.strip() for k, v in fields.items()}
    wide = [name for name in ("avx2", "avx512f", "amx_tile") if name in told.get("flags", "").split()]
    return f"{told.get('model name', 'unknown')}, {os.cpu_count()} cores, {' '.join(wide)}"


def checkpoint_net(path: Path, kind: str = "anchors") -> Net:
    """A checkpoint's averaged weights, through a temporary export."""
    net, _ = load(kind, str(path), 1)
    with tempfile.TemporaryDirectory() as folder:
        to_onnx(net, kind, Path(folder) / "a.onnx")
        return session(Path(folder) / "a.onnx")


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--real", type=Path, help="photographs with anchors.json; every fifth by name is measured")
    parser.add_argument("--anchors", type=Path, help="measure this checkpoint on the photographs (adapted without them)")
    parser.add_argument("--compare", type=Path, help="anchors before the adaptation: a checkpoint or an ONNX file")
    parser.add_argument("--folds", type=Path, nargs="*", help="checkpoints adapted without fold 0, 1, …")
    parser.add_argument("--program", type=Path, help="a built bijou, to time the embedded engine as well")
    parser.add_argument("--json", type=Path, help="write the manifest's numbers here")
    parser.add_argument("--ears", type=Path, nargs="*", help="the closer look, adapted without fold 0, 1, …")
    parser.add_argument("--trinkets", type=Path, nargs="*", help="earrings worn already, without fold 0, 1, …")
    parser.add_argument("--strands", type=Path, nargs="*", help="necklaces worn already, likewise")
    parser.add_argument("--hands", type=Path, nargs="*", help="hands before the head, likewise")
    parser.add_argument("--behind", type=Path, nargs="*", help="what is behind what is worn, likewise")
    parser.add_argument("--further", type=Path, nargs="*", help="as --folds, for the photographs anchors.json omits")
    parser.add_argument("--former", type=Path, help="exported anchors that learned nothing set by hand in those")
    parser.add_argument("--undrawn", type=Path, help="exported anchors that learned no parts drawn by hand")
    chapters = ("generators", "anchors", "ears", "trinkets", "strands", "hands", "behind", "time")
    parser.add_argument("--only", choices=chapters, help="measure one chapter of the EVALUATION.md there is anew")
    parser.add_argument("--write", action="store_true", help="write EVALUATION.md beside the models")
    return parser.parse_args()


def embedded_times(program: Path, models: Path) -> list[str]:
    """The same in the program's embedded engine, as `bijou models time` says it."""
    command = [str(program), "--data", str(models.resolve().parent), "models", "time", "--engine", "tract", "--json"]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    cells = [f"{m['name']} {m['median_ms']:.1f} ({m['fastest_ms']:.1f})" for m in said["models"]]
    return ["", f"In the embedded engine (tract), ms (fastest), median of {said['runs']}: {', '.join(cells)}."]


def time_chapter(models: Path, program: Path | None) -> list[str]:
    """How long the networks take here, now."""
    names = ("anchors", "ear", "trinket", "strand", "hand", "behind", "tryon", "tryon-512", "tryon-live")
    names = [n for n in names if (models / f"{n}.onnx").exists()]
    lines = ["## Time", "", "ONNX Runtime on the CPU, median of 50 runs at the size each was made for, of five starts."]
    lines += [f"Processor: {processor()}. {busy()}", ""]
    return [*lines, *times(models, names), *(embedded_times(program, models) if program else []), ""]


def ear_chapter(args: argparse.Namespace, numbers: dict[str, dict]) -> list[str]:
    """The chapter on the closer look; fills in its numbers."""
    path = args.models / "ear.onnx"
    if not path.exists():
        return []
    lines = ["## Ears", "", "The closer look at each lobe, after the anchors; in percent of the eye distance. Asked on"]
    lines += ["photographs: at most 4 %, 95 % within 10 %, visible or hidden right in 92 %.", "", "### test renders", ""]
    first, net = session(args.models / "anchors.onnx"), session(path)
    whole, numbers["ear"] = of_portraits(first, net, Rendered(args.data, "portrait").scan())
    lines += [*of_renders(net, args.data), *whole]
    if args.real:
        nets = [checkpoint_net(p, "ear") for p in args.ears or ()]
        title = f"photographs, {len(nets)} folds over people" if nets else "photographs, which the network may know"
        table, values = of_photographs(first, nets, net, args.real)
        numbers["ear"] |= values
        lines += ["", f"### {title}", "", *table]
    return lines


WORN = {
    "trinkets": (
        "trinket",
        report_trinkets,
        ["Earrings that people wear in the picture already; each ear is looked at from three places."],
    ),
    "strands": ("strand", report_strands, ["Necklaces that people wear in the picture already."]),
    "hands": (
        "hand",
        report_hands,
        ["Hands, arms and what they hold before the head or the throat. No photograph shows one."],
    ),
    "behind": (
        "behind",
        report_behind,
        [
            "What an earring or a necklace hides, guessed: as its rim has it → as the network has it → that in the",
            "colours known around, as the program takes it.",
        ],
    ),
}
"""Chapters on what covers the body: of which network, how it is measured, and what it is about."""


def worn_chapter(args: argparse.Namespace, numbers: dict[str, dict], chapter: str) -> list[str]:
    """One of them; fills in its numbers."""
    kind, report, about = WORN[chapter]
    path = args.models / f"{kind}.onnx"
    if not path.exists():
        return []
    nets, anchors = [checkpoint_net(p, kind) for p in getattr(args, chapter) or ()], session(args.models / "anchors.onnx")
    table, numbers[kind] = report(nets, session(path), args.data, args.real, anchors)
    return [f"## {chapter.capitalize()}", "", *about, "", *table]


KEPT = "Measured earlier, with the networks of then."


HEAD = """# Evaluation

Written by `python -m bijou_training.evaluate`; never edited by hand. The test renders
show heads that training never saw.
"""


def measure_again(models: Path, title: str, chapter: list[str]) -> None:
    """Replaces one chapter of EVALUATION.md, everything else as it was; a new one comes last. Sections of the chapter
    that were not measured now, for want of checkpoints or photographs, stay too, and say so."""
    path = models / "EVALUATION.md"
    head, *chapters = (path.read_text(encoding="utf-8") if path.exists() else HEAD).split("\n## ")
    fresh = "\n".join(chapter).strip("\n").removeprefix("## ") + "\n"
    names = [c.partition("\n")[0] for c in chapters]
    if title in names:
        start, *sections = fresh.split("\n### ")
        now = {section.partition("\n")[0]: section for section in sections}
        was = [section.rstrip("\n") for section in chapters[names.index(title)].split("\n### ")[1:]]
        kept = {s.partition("\n")[0]: s if KEPT in s else f"{s}\n\n{KEPT}" for s in was}
        chapters[names.index(title)] = "\n### ".join([start, *(s.rstrip("\n") + "\n" for s in (kept | now).values())])
    else:
        chapters.append(fresh)
    path.write_text("\n## ".join([head, *chapters]), encoding="utf-8")


def generators(args: argparse.Namespace, numbers: dict[str, dict]) -> list[str]:
    """The chapter on both generators; fills in their numbers."""
    pairs = Rendered(args.data, "pair").scan()
    trained = {name for name, design in LEARNED.items() if not design.held_out}
    lines = ["", "## Generators", ""]
    lines += [f"Flat compositing → generator, against the rendered truth, within 12 px of the product; {len(pairs)} pairs."]
    lines += ["Asked: a gain of 6 dB, coverage overlap 0.90."]
    for kind, name in (("generator", "tryon"), ("fine", "tryon-512"), ("live", "tryon-live")):
        if (args.models / f"{name}.onnx").exists():
            table, numbers[kind] = report_generator(session(args.models / f"{name}.onnx"), pairs, trained)
            lines += ["", f"### {name}", "", *table]
    return lines


def cross_validated(args: argparse.Namespace, before: Net | None) -> tuple[list[str], dict[str, float]]:
    """Every labelled photograph measured with the network that was adapted without that fifth of the people."""
    lines, numbers = [], {}
    for title, label in (("adapted", "photo_cross_validated"), ("rendered data only", "photo_before_adaptation")):
        if title != "adapted" and before is None:
            continue
        parts = []
        for fold, path in enumerate(args.folds):
            net = checkpoint_net(path) if title == "adapted" else before
            parts.append(measure_points(net, real_photographs(args.real, fold=fold)[1]))
        whole = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
        table, values = points_table(whole)
        people = f"{len(whole['error'])} photographs, {len(args.folds)} folds over people"
        lines += ["", f"### {title}, {people}", "", *table]
        numbers |= {f"{label}_{k}": v for k, v in values.items()}
    return lines, numbers


def further(args: argparse.Namespace, numbers: dict[str, dict]) -> list[str]:
    """The photographs that anchors.json omits, as far as points were set by hand in them: measured with networks that
    learned none of those, and with the ones that were adapted without that fifth of the people."""
    lines = []
    if args.former:
        seen = further_photographs(args.real)[0]
        table, _ = points_table(measure_points(session(args.former), seen))
        lines += ["", f"### before they were learned from, {len(seen)} further photographs", "", *table]
    if args.further:
        held_out = [further_photographs(args.real, fold=fold)[1] for fold in range(len(args.further))]
        nets = map(checkpoint_net, args.further)
        parts = [measure_points(net, some) for net, some in zip(nets, held_out, strict=True)]
        whole = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
        table, values = points_table(whole)
        title = f"{len(whole['error'])} further photographs, {len(parts)} folds over people"
        lines += ["", f"### adapted, {title}", "", *table]
        numbers["anchors"] |= {f"further_cross_validated_{k}": v for k, v in values.items()}
    return lines


def drawn_parts(args: argparse.Namespace) -> list[str]:
    """The photographs whose parts were drawn by hand: measured with a network that learned none of those, and with the
    ones that were adapted without that fifth of the people."""
    folds = [real_photographs(args.real, fold=i)[1] + further_photographs(args.real, fold=i)[1] for i in range(5)]
    folds = [[s for s in some if s.parted] for some in folds]
    measured = {}
    if args.undrawn:
        everybody = [s for some in folds for s in some]
        measured["before they were learned from"] = measure_points(session(args.undrawn), everybody)
    if len(args.further or ()) == len(folds):
        nets = map(checkpoint_net, args.further)
        parts = [measure_points(net, some) for net, some in zip(nets, folds, strict=True)]
        measured["after, 5 folds over people"] = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
    if not measured:
        return []
    count = sum(map(len, folds))
    return ["", f"### skin, hair and clothes, {count} photographs", "", *parts_table(measured)]


def knows_everybody(models: Path, photographs: Path) -> bool:
    """Whether the manifest says that the anchors were adapted to every labelled photograph."""
    entries = tomllib.loads((models / "manifest.toml").read_text(encoding="utf-8"))["model"]
    said = next((m["trained_on"].get("real_photographs", "") for m in entries if m["name"] == "anchors"), "")
    everybody = len(json.loads((photographs / "anchors.json").read_text()))
    return said.split(" ")[0].isdigit() and int(said.split(" ")[0]) >= everybody


def anchors(args: argparse.Namespace, numbers: dict[str, dict]) -> list[str]:
    """The chapter on the anchors; fills in their numbers."""
    portraits = Rendered(args.data, "portrait").scan()
    lines = ["", "## Anchors", ""]
    lines += ["Visible points, three passes, error in percent of the eye distance (renders: at least half of eyes to chin)."]
    nets = {"exported": session(args.models / "anchors.onnx")}
    if args.compare:
        rendered = args.compare.suffix == ".onnx"
        nets["rendered data only"] = session(args.compare) if rendered else checkpoint_net(args.compare)
    held_out = real_photographs(args.real)[1] if args.real else []
    if held_out and not args.anchors and not args.folds and knows_everybody(args.models, args.real):
        held_out = []
        lines += ["", "The photographs are left out: the network was adapted to all of them. `--anchors` or `--folds`"]
        lines += ["name checkpoints that were not."]
    for i, (name, net) in enumerate(nets.items()):
        if portraits:
            table, values = report_anchors(net, portraits)
            lines += ["", f"### {name}, test renders ({len(portraits)})", "", *table]
            numbers["anchors"] |= {f"render_{k}": v for k, v in values.items()} if i == 0 else {}
        if held_out and (not args.folds or (i == 0 and not knows_everybody(args.models, args.real))):
            # what ships may have seen all photographs; its twin without the held-out ones stands for it
            judged = checkpoint_net(args.anchors) if args.anchors and i == 0 else net
            table, values = points_table(measure_points(judged, held_out))
            lines += ["", f"### {name}, {len(held_out)} held-out photographs", "", *table]
            label = "photo" if i == 0 else "photo_before_adaptation"
            numbers["anchors"] |= {f"{label}_{k}": v for k, v in values.items()}
    if args.folds and args.real:
        table, values = cross_validated(args, nets.get("rendered data only"))
        lines += table
        numbers["anchors"] |= values
    return [*lines, *(further(args, numbers) + drawn_parts(args) if args.real else [])]


def command(args: argparse.Namespace) -> str:
    """What was typed, with paths of photographs and reports left out."""
    said = "python -m bijou_training.evaluate" + (f" --only {args.only}" if args.only else "")
    said += f" --data {args.data} --models {args.models}" + (" --real PHOTOS" if args.real else "")
    for name in ("anchors", "compare", "former", "undrawn", "program"):
        path = getattr(args, name)
        said += f" --{name} {path.name if path.is_absolute() else path}" if path else ""
    for name in ("folds", "further", "ears", "trinkets", "strands", "hands", "behind"):
        said += f" --{name} {' '.join(map(str, getattr(args, name)))}" if getattr(args, name) else ""
    return said if args.only else f"{said} --write"


def main() -> None:
    args = options()
    torch.set_num_threads(1)
    kinds = ("anchors", "ear", "trinket", "strand", "hand", "behind", "generator", "fine", "live")
    numbers: dict[str, dict] = {kind: {} for kind in kinds}
    measure = {
        "generators": partial(generators, args, numbers),
        "anchors": partial(anchors, args, numbers),
        "ears": partial(ear_chapter, args, numbers),
        **{chapter: partial(worn_chapter, args, numbers, chapter) for chapter in WORN},
        "time": partial(time_chapter, args.models, args.program),
    }
    for name in [args.only] if args.only else measure:
        heading, *rest = "\n".join(measure[name]()).strip("\n").split("\n")
        chapter = [heading, "", f"    {command(args)}", *rest]
        print("\n".join(chapter), flush=True)
        if args.only or args.write:
            measure_again(args.models, name.capitalize(), chapter)
    if args.json:
        args.json.write_text(json.dumps({k: v for k, v in numbers.items() if v or not args.only}, indent=1))


if __name__ == "__main__":
    main()

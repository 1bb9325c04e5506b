"""Chandelier earrings: a fan-shaped frame or tiers with rows of drops (flat frame, mm; the piercing is the origin)."""
from __future__ import annotations

import numpy as np

from .jewellery_earrings import HOOK, POST, _row
from .jewellery_mesh import Shape, lathe, sphere, spline, total, tube, turn
from .jewellery_parts import beads, link_pair, ring, scroll
from .jewellery_stones import set_stone


def _drop(kind, metal, w, h, fit) -> Shape:
    """A small hanging element; its loop's top at the origin."""
    eye = ring(0.55, 0.36, metal, 14, 6).at(y=-0.55) + ring(0.6, 0.34, metal, 14, 6).moved(turn("y", 70)).at(y=-1.35)
    if kind == "pearl":
        cap = lathe([(0, 0.32), (w * 0.26, 0.12), (w * 0.30, -0.25), (w * 0.2, -0.2)][::-1], metal, 14).moved(turn("x", -90))
        tip = sphere(0.34, metal, 8).at(y=-2.0 - w - 0.15)
        return eye + cap.at(y=-2.0) + tip + sphere(w / 2, "pearl", 32 if fit.detail > 1.5 else 18).at(y=-2.0 - w / 2)
    body = set_stone(kind, "pear", w, h, metal, "bezel", detail=fit.detail / 2)
    return eye + body.at(y=-1.9 - body.bounds()[1][1], z=-0.6)


def chandelier(fit, metal, stone, accent, drops=5, width=23.0):
    """Stone top, scrolled fan with a central stone, and graduated drops along its lower edge."""
    head = set_stone(stone, "oval", 4.6, 5.8, metal, "prong", accent, 1.0, fit.detail)
    rings, y = link_pair(head.bounds()[0][1] + 0.45, metal, 1.0, 0.45)
    half = width / 2
    z = 1.2

    def rim(t):
        """Lower edge of the fan, t in -1..1."""
        t = np.asarray(t, float)
        return np.stack([half * np.sin(t * 1.15) / np.sin(1.15), y - 15.5 + 6.0 * (1 - np.cos(t * 1.15)) / (1 - np.cos(1.15)),
                         0 * t + z], 1)

    out = [head, rings.at(z=1.0)]
    edge = rim(np.linspace(-1, 1, 40))
    out.append(tube(edge, 0.55, metal, 8))
    inner = rim(np.linspace(-1, 1, 40)) * [0.80, 1, 1] + [0, 3.0, 0]
    out.append(tube(inner, 0.42, metal, 8))
    small = set_stone(accent, "round", 1.7, 1.7, metal, "bezel", detail=fit.detail / 2)
    row = (rim(np.linspace(-0.93, 0.93, 9)) + rim(np.linspace(-0.93, 0.93, 9)) * [0.80, 1, 1] + [0, 3.0, 0]) / 2
    out += [small.at(*(p - [0, 0, 0.4])) for p in row]
    for side in (-1, 1):
        arm = spline([(0.25 * side, y - 0.4), (1.6 * side, y - 3.6), (5.2 * side, y - 6.0), (half * 0.93 * side, y - 7.2),
                      (half * side, y - 9.4)], 36) + [0, 0, z]
        out.append(tube(arm, np.linspace(0.42, 0.62, 36), metal, 8))
        curl = scroll((0, 0), 1.3, 2.2, side) + [side * 3.0, y - 12.1, z]
        out.append(tube(curl, np.linspace(0.5, 0.36, len(curl)), metal, 8) + beads(curl[-1:], 0.62, metal, 12))
        out.append(beads([[half * side, y - 9.2, z]], 0.85, metal, 12))
    centre = set_stone(stone, "pear", 4.0, 5.6, metal, "prong", detail=fit.detail)
    out.append(centre.at(y=y - 7.4, z=z - 0.6) + tube([[0, y + 0.2, z], [0, y - 3.8, z]], 0.42, metal, 8))
    out.append(ring(0.75, 0.42, metal).at(y=y - 0.3, z=z))
    for i, t in enumerate(np.linspace(-0.96, 0.96, drops)):
        near = 1 - abs(t)
        w, h = 3.2 + 1.5 * near, 5.2 + 3.6 * near
        p = rim([t])[0]
        bar = small.at(p[0], p[1] - 2.0, z - 0.6) + ring(0.5, 0.34, metal, 14, 6).at(p[0], p[1] - 0.6, z)
        out.append(bar + _drop(stone, metal, w, h, fit).at(p[0], p[1] - 2.9, z))
    return total(out).at(z=POST), HOOK


def pearl_tiers(fit, metal, accent):
    """Three curved bars, each with a row of pearls."""
    head = set_stone(accent, "round", 4.0, 4.0, metal, "bezel", detail=fit.detail)
    rings, y = link_pair(-1.9, metal, 0.9, 0.45)
    z = 1.6
    out = [head, rings.at(z=1.2), ring(0.7, 0.4, metal).at(y=y - 0.2, z=z)]
    level = y - 1.2
    below = None
    for width, count, size in ((9.0, 3, 3.4), (15.0, 4, 3.8), (21.0, 5, 4.2)):
        x = np.linspace(-width / 2, width / 2, 26)
        bar = np.stack([x, level - 2.0 * (1 - np.cos(x / width * 2.0)), 0 * x + z], 1)
        out.append(tube(bar, 0.52, metal, 8) + beads(bar[[0, -1]], 0.82, metal, 12))
        gem = set_stone(accent, "round", 1.9, 1.9, metal, "bezel", detail=fit.detail / 2)
        out.append(gem.at(0, level, z - 0.2))
        if below is not None:
            for side in (-1, 1):
                ends = below[0 if side < 0 else -1], bar[5 if side < 0 else -6]
                n = max(3, int(np.linalg.norm(ends[1] - ends[0]) / 1.0))
                out.append(beads(np.linspace(*ends, n + 1), 0.38, metal, 8) + tube(np.array(ends), 0.15, metal, 6))
        for at in np.linspace(-0.42, 0.42, count) * width:
            out.append(_drop("pearl", metal, size, size, fit).at(at, float(np.interp(at, x, bar[:, 1])) - 0.25, z))
        below = bar
        level -= size + 6.2
    return total(out).at(z=POST), HOOK


CATALOGUE = [
    _row("emerald-chandelier-gold", "Emerald chandelier, gold", "金色祖母绿吊灯耳环", "gold", "emerald", "mirror", "€2,400",
         chandelier, stone="emerald", accent="diamond"),
    _row("diamond-chandelier-silver", "Diamond chandelier, silver", "银色钻石吊灯耳环", "silver", "diamond", "mirror", "€3,900",
         chandelier, held_out=True, stone="diamond", accent="diamond", drops=7, width=25.0),
    _row("pearl-chandelier-rose-gold", "Pearl tiers, rose gold", "玫瑰金三层珍珠耳环", "rose_gold", "pearl", "mirror", "€860",
         pearl_tiers, accent="diamond"),
]

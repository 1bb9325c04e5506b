"""Earrings and nose studs: makers and their catalogue (flat frame, mm; the piercing is the origin)."""
from __future__ import annotations

from functools import partial

import numpy as np

from .jewellery_mesh import Shape, circle, lathe, shift, sphere, spline, sweep, total, tube, turn, unit
from .jewellery_parts import beads, leaf, link_pair, ring
from .jewellery_stones import briolette, pave, set_stone

HOOK = {"hook": (0.0, 0.0, 0.0)}
POST = 0.6  # the setting's back stands this far in front of the skin


def _pearl(radius, detail):
    return sphere(radius, "pearl", int(26 * detail ** 0.5) // 2 * 2)


def pearl_stud(fit, metal, size):
    """A pearl in a cup with a granulated rim."""
    r = size / 2
    rim = circle(r * 0.93, 44)
    cup = lathe([(r * 0.5, 0), (r * 0.95, 0.3), (r * 0.98, 0.7), (r * 0.80, 0.9)], metal, 32)
    return (cup + beads(rim + [0, 0, 0.9], 0.34, metal, 10) + _pearl(r, fit.detail).at(z=r + 0.4)).at(z=POST), HOOK


def solitaire_stud(fit, metal, stone, cut="round", w=6.5, h=6.5, halo_stone=None, halo_size=1.25, claws=None):
    """One stone in claws, perhaps in a halo."""
    return set_stone(stone, cut, w, h, metal, "prong", halo_stone, halo_size, fit.detail, claws).at(z=POST), HOOK


def flower_stud(fit, metal, petal, centre, size=11.0):
    """Six pear-shaped petals round a brilliant."""
    long, wide = size * 0.36, size * 0.27
    one = set_stone(petal, "pear", wide, long, metal, "bezel", detail=fit.detail).moved(turn("z", 180)).at(y=size * 0.285)
    petals = one.repeat([turn("z", 60 * i) for i in range(6)])
    middle = set_stone(centre, "round", size * 0.23, size * 0.23, metal, "bezel", detail=fit.detail).at(z=0.8)
    return (petals + middle).at(z=POST), HOOK


def _yaw(shape: Shape, fit, own: float) -> Shape:
    return shape.moved(turn("y", own if fit.yaw is None else fit.yaw))


def hoop(fit, metal, size, wire, width=None, yaw=56.0, stone=None, stone_size=1.4):
    """A hoop hanging through the piercing, turned out of the picture plane by `yaw` degrees.

    `wire` is its thickness seen in its plane, `width` its width across; a stone gives a pavé row outside.
    """
    width = width or wire
    r = (size - wire) / 2
    n = int(72 * fit.detail)
    line = circle(r, n, start=90) + [0, -r, 0]
    out = unit(line + [0, r, 0])
    if stone is None and width == wire:
        body = tube(line, wire / 2, metal, int(12 * fit.detail), closed=True)
    else:
        a = np.linspace(0, 2 * np.pi, 14, endpoint=False)
        profile = np.stack([np.cos(a) * width / 2, np.sin(a) * wire / 2], 1)
        profile = np.sign(profile) * np.abs(profile / [width / 2, wire / 2]) ** 0.75 * [width / 2, wire / 2]
        body = sweep(line, out, profile, metal)
    if stone:
        rim = r + wire / 2
        count = int(2 * np.pi * rim / (stone_size * 1.08))
        a = np.radians(90 + 360 * (np.arange(count) + 0.5) / count)
        normal = np.stack([np.cos(a), np.sin(a), 0 * a], 1)
        seats = normal * rim + [0, -r, 0]
        body = body + pave(seats, stone, stone_size, metal, 0.34, normal, np.broadcast_to([0, 0, 1.0], normal.shape))
        rails = [tube(circle(rim + 0.12, n) + [0, -r, s * (width / 2 - 0.12)], 0.24, metal, 6, closed=True) for s in (-1, 1)]
        mid = a + np.pi / count
        dots = np.stack([np.cos(mid) * (rim + 0.42), np.sin(mid) * (rim + 0.42) - r, 0 * mid], 1)
        body = body + total(rails) + total(beads(dots + [0, 0, s * stone_size * 0.40], 0.2, metal) for s in (-1, 1))
    return _yaw(body, fit, yaw), HOOK


def drop(fit, metal, stone, cut, w, h, top="bead", top_stone="diamond", top_size=3.0, halo_stone=None, halo_size=1.2,
         style="prong", gap=0.0):
    """A stone swinging below a small top piece."""
    if top == "bead":
        head = sphere(top_size / 2, metal, 20).at(z=top_size / 2)
        below = -top_size / 2
    else:
        head = set_stone(top_stone, "round", top_size, top_size, metal, "bezel", detail=fit.detail)
        below = -top_size / 2 - 0.35
    rings, y = link_pair(below + 0.35, metal)
    if gap:
        bar = tube([[0, y - 0.1, 0], [0, y - gap, 0]], 0.38, metal, 8)
        more, y2 = link_pair(y - gap + 0.3, metal)
        rings, y = rings + bar + ring(0.7, 0.4, metal).at(y=y - 0.2) + more, y2
    z = 1.3
    body = set_stone(stone, cut, w, h, metal, style, halo_stone, halo_size, fit.detail)
    lo, hi = body.bounds()
    body = body.at(y=y - hi[1] - 0.6) + ring(0.75, 0.42, metal).at(y=y - 0.45, z=1.0)
    return (head + rings.at(z=z) + body).at(z=POST), HOOK


def pearl_drop(fit, metal, size, wire_drop=9.0, cap_stone=None):
    """A pearl under a granulated cap on a fine wire from a small stud."""
    r = size / 2
    head = set_stone(cap_stone, "round", 2.6, 2.6, metal, "bezel", detail=fit.detail) if cap_stone else \
        sphere(1.5, metal, 20).at(z=1.5)
    rings, y = link_pair(-1.3, metal, 0.8, 0.4)
    stem = tube([[0, y + 0.1, 0], [0, y - wire_drop, 0]], 0.36, metal, 8) + ring(0.62, 0.36, metal).at(y=y - 0.15)
    cy = y - wire_drop - r
    cap = lathe([(0.35, 0.9), (0.5, 0.55), (r * 0.42, 0.15), (r * 0.60, -0.55), (r * 0.56, -0.7), (r * 0.35, -0.2), (0, 0)][::-1],
                metal, 28).moved(turn("x", -90)).at(y=cy + r + 0.05)
    grains = beads(circle(r * 0.585, 18)[:, [0, 2, 1]] + [0, cy + r - 0.6, 0], 0.33, metal, 8)
    hang = stem + cap + grains + _pearl(r, fit.detail).at(y=cy)
    return (head + (rings + hang).at(z=max(1.2, r * 0.75))).at(z=POST), HOOK


def briolette_drop(fit, metal, stone, w, h, top_stone="diamond"):
    """A faceted drop under a milgrain cap."""
    head = set_stone(top_stone, "round", 3.2, 3.2, metal, "bezel", detail=fit.detail)
    rings, y = link_pair(-1.7, metal)
    body = briolette(stone, w, h, rows=max(6, round(7 * fit.detail ** 0.5)), around=12).at(y=y - 0.9)
    cap = lathe([(0, -1.0), (0.35, -0.9), (0.6, 0.3), (1.15, 2.4), (1.05, 2.6), (0.6, 1.4), (0, 1.2)], metal, 20)
    cap = cap.moved(turn("x", 90)).at(y=y - 0.5)
    grains = beads(circle(1.12, 12)[:, [0, 2, 1]] + [0, y - 2.95, 0], 0.24, metal, 8)
    return (head + (rings + body + cap + grains + ring(0.6, 0.4, metal).at(y=y - 0.15)).at(z=w * 0.5)).at(z=POST), HOOK


def bar_drop(fit, metal, stone, count=9, size=2.3):
    """A line of brilliants, hinged."""
    head = set_stone(stone, "round", 3.4, 3.4, metal, "prong", detail=fit.detail)
    rings, y = link_pair(-1.7, metal, 0.8, 0.4)
    one = set_stone(stone, "round", size, size, metal, "bezel", detail=fit.detail)
    step = size + 0.55
    seats = [shift(0, y - step * (i + 0.5), 0) for i in range(count)]
    last = set_stone(stone, "pear", 4.2, 6.2, metal, "prong", detail=fit.detail)
    tail = last.at(y=y - step * count - 4.0) + ring(0.6, 0.4, metal).at(y=y - step * count - 0.3, z=0.8)
    return (head + (rings.at(z=0.8) + one.repeat(seats) + tail)).at(z=POST), HOOK


def leaf_drop(fit, metal):
    """A spray of leaves on a curved stem."""
    head = sphere(1.4, metal, 20).at(z=1.4)
    rings, y = link_pair(-1.2, metal, 0.8, 0.4)
    stem = spline([(0, y), (-0.8, y - 7), (0.6, y - 15), (-0.2, y - 24)], 40)
    out = [head, rings.at(z=1.0), tube(stem + [0, 0, 1], np.linspace(0.5, 0.28, 40), metal, 8), ring(0.65, 0.4, metal).at(y=y, z=1)]
    for i in range(9):
        k = 5 + i * 4
        side = 1 if i % 2 else -1
        one = leaf(7.2 - 0.33 * i, 3.0 - 0.12 * i, metal, 0.7).moved(turn("z", 180 + side * (48 - 2.5 * i)))
        out.append(one.at(*(stem[min(k, 39)] + [0, 0, 1.0])))
    out.append(leaf(5.5, 2.3, metal, 0.6).moved(turn("z", 180)).at(*(stem[-1] + [0, 0.4, 1])))
    return total(out).at(z=POST), HOOK


def _row(id, en, zh, metal, stone, pair, price, maker, /, held_out=False, category="earring", **options):
    """One line of the catalogue."""
    return dict(id=id, category=category, name_en=en, name_zh=zh, metal=metal, stone=stone, pair=pair, price=price,
                held_out=held_out, maker=partial(maker, metal=metal, **options))


CATALOGUE = [
    _row("pearl-stud-gold", "Pearl stud, gold", "金色珍珠耳钉", "gold", "pearl", "same", "€190", pearl_stud, size=8.0),
    _row("diamond-stud-silver", "Diamond solitaire stud, silver", "银色单钻耳钉", "silver", "diamond", "same", "€890",
         solitaire_stud, stone="diamond"),
    _row("ruby-halo-stud-gold", "Ruby halo stud, gold", "金色红宝石光环耳钉", "gold", "ruby", "same", "€640",
         solitaire_stud, stone="ruby", cut="oval", w=4.6, h=5.6, halo_stone="diamond", halo_size=1.2),
    _row("sapphire-flower-stud-silver", "Sapphire flower stud, silver", "银色蓝宝石花朵耳钉", "silver", "sapphire", "same",
         "€580", flower_stud, held_out=True, petal="sapphire", centre="diamond"),
    _row("thin-hoop-gold", "Thin hoop, gold", "金色细圈耳环", "gold", "none", "mirror", "€150", hoop, size=30.0, wire=1.5),
    _row("wide-hoop-silver", "Wide hoop, silver", "银色宽圈耳环", "silver", "none", "mirror", "€170", hoop, size=27.0,
         wire=2.4, width=3.4),
    _row("pave-hoop-rose-gold", "Pavé hoop, rose gold", "玫瑰金密镶耳环", "rose_gold", "diamond", "mirror", "€760", hoop,
         held_out=True, size=21.0, wire=1.3, width=2.1, stone="diamond", stone_size=1.5),
    _row("pearl-drop-gold", "Pearl drop, gold", "金色珍珠耳坠", "gold", "pearl", "mirror", "€260", pearl_drop, size=9.0),
    _row("emerald-drop-gold", "Emerald drop with halo, gold", "金色祖母绿光环耳坠", "gold", "emerald", "mirror", "€1,150",
         drop, stone="emerald", cut="emerald", w=6.0, h=8.4, top="stone", halo_stone="diamond"),
    _row("sapphire-teardrop-silver", "Sapphire teardrop, silver", "银色蓝宝石水滴耳坠", "silver", "sapphire", "mirror", "€690",
         drop, stone="sapphire", cut="pear", w=8.0, h=12.5, top="stone", top_size=3.2, gap=7.0),
    _row("ruby-briolette-rose-gold", "Ruby briolette, rose gold", "玫瑰金红宝石水滴耳坠", "rose_gold", "ruby", "mirror", "€720",
         briolette_drop, stone="ruby", w=7.5, h=13.0),
    _row("diamond-bar-silver", "Diamond bar drop, silver", "银色钻石长坠", "silver", "diamond", "mirror", "€1,380", bar_drop,
         stone="diamond"),
    _row("leaf-drop-gold", "Leaf spray, gold", "金色枝叶耳坠", "gold", "none", "mirror", "€280", leaf_drop),
]

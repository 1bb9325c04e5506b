"""Nose studs: makers and their catalogue (flat frame, mm; the piercing is the origin)."""
from __future__ import annotations

from .jewellery_earrings import HOOK, _row
from .jewellery_mesh import lathe, sphere
from .jewellery_stones import set_stone


def stone_stud(fit, metal, stone, size=2.5, style="prong"):
    """One small stone close to the skin."""
    return set_stone(stone, "round", size, size, metal, style, detail=fit.detail, claws=(0.0, 0.25, 0.5, 0.75)).at(z=0.15), HOOK


def ball_stud(fit, metal, size=2.2):
    """A polished ball on a thin foot."""
    foot = lathe([(0, 0), (size * 0.36, 0), (size * 0.34, 0.3), (0, 0.3)], metal, 20)
    return foot + sphere(size / 2, metal, 40 if fit.detail > 1.5 else 20).at(z=size / 2 + 0.1), HOOK


CATALOGUE = [
    _row("diamond-nose-stud-silver", "Diamond nose stud, silver", "银色钻石鼻钉", "silver", "diamond", "single", "€210",
         stone_stud, category="nose_stud", stone="diamond"),
    _row("ball-nose-stud-gold", "Ball nose stud, gold", "金色圆珠鼻钉", "gold", "none", "single", "€60", ball_stud,
         category="nose_stud"),
    _row("ruby-nose-stud-rose-gold", "Ruby nose stud, rose gold", "玫瑰金红宝石鼻钉", "rose_gold", "ruby", "single", "€140",
         stone_stud, held_out=True, category="nose_stud", stone="ruby", size=2.8, style="bezel"),
]

"""Designs that are only learned from, beside those of the shop: the same makers in other metals, stones, cuts, sizes.

A network that has seen one piece of each kind learns these pieces; one that has seen many learns kinds. Nothing here
gets artwork or a product file. `jewellery.LEARNED` holds the shop's designs and these.
"""
from __future__ import annotations

from .jewellery_chandeliers import chandelier, pearl_tiers
from .jewellery_earrings import (_row, bar_drop, briolette_drop, drop, flower_stud, hoop, leaf_drop, pearl_drop,
                                 pearl_stud, solitaire_stud)
from .jewellery_necklaces import choker, collar, pearl_pendant, pendant, plain_chain, strand
from .jewellery_nose_studs import ball_stud, stone_stud
from .jewellery_tiaras import fringe_tiara, leaf_tiara, scroll_tiara


def _ear(id, metal, stone, maker, /, pair="mirror", held_out=False, **options):
    return _row(id, id, id, metal, stone, pair, "", maker, held_out=held_out, **options)


def _other(category, id, metal, stone, maker, /, held_out=False, **options):
    return _row(id, id, id, metal, stone, "single", "", maker, held_out=held_out, category=category, **options)


EARRINGS = [
    _ear("v-pearl-stud-silver-small", "silver", "pearl", pearl_stud, "same", size=5.5),
    _ear("v-pearl-stud-rose-large", "rose_gold", "pearl", pearl_stud, "same", held_out=True, size=11.0),
    _ear("v-amethyst-cushion-stud", "rose_gold", "amethyst", solitaire_stud, "same", stone="amethyst", cut="cushion", w=7.5, h=7.5),
    _ear("v-emerald-octagon-stud", "platinum", "emerald", solitaire_stud, "same", stone="emerald", cut="emerald", w=5.5, h=7.0),
    _ear("v-citrine-halo-stud", "gold", "citrine", solitaire_stud, "same", stone="citrine", cut="round", w=5.5, h=5.5,
         halo_stone="diamond", halo_size=1.3),
    _ear("v-onyx-marquise-stud", "silver", "onyx", solitaire_stud, "same", held_out=True, stone="onyx", cut="marquise", w=4.5, h=9.0),
    _ear("v-ruby-flower-stud", "gold", "ruby", flower_stud, "same", petal="ruby", centre="diamond", size=9.0),
    _ear("v-aquamarine-flower-stud", "platinum", "aquamarine", flower_stud, "same", petal="aquamarine", centre="citrine", size=13.0),
    _ear("v-hoop-huge-silver", "silver", "none", hoop, size=52.0, wire=2.0),
    _ear("v-hoop-tiny-rose", "rose_gold", "none", hoop, size=12.0, wire=1.8),
    _ear("v-hoop-wide-gold", "gold", "none", hoop, size=34.0, wire=2.8, width=6.0),
    _ear("v-hoop-facing-black", "black_silver", "none", hoop, held_out=True, size=40.0, wire=2.2, yaw=20.0),
    _ear("v-hoop-pave-ruby", "gold", "ruby", hoop, size=28.0, wire=1.4, width=2.3, stone="ruby", stone_size=1.7),
    _ear("v-pearl-drop-platinum", "platinum", "pearl", pearl_drop, size=12.0, wire_drop=16.0, cap_stone="diamond"),
    _ear("v-pearl-drop-short-rose", "rose_gold", "pearl", pearl_drop, size=7.0, wire_drop=4.0),
    _ear("v-aquamarine-drop", "silver", "aquamarine", drop, stone="aquamarine", cut="emerald", w=9.0, h=13.0, top="stone"),
    _ear("v-onyx-drop-gold", "gold", "onyx", drop, stone="onyx", cut="oval", w=9.0, h=12.0, gap=14.0),
    _ear("v-citrine-heart-drop", "rose_gold", "citrine", drop, held_out=True, stone="citrine", cut="heart", w=10.0, h=9.5, halo_stone="diamond"),
    _ear("v-ruby-marquise-drop", "black_silver", "ruby", drop, stone="ruby", cut="marquise", w=6.0, h=14.0, top="stone"),
    _ear("v-amethyst-briolette", "silver", "amethyst", briolette_drop, stone="amethyst", w=9.5, h=17.0),
    _ear("v-emerald-briolette-small", "gold", "emerald", briolette_drop, stone="emerald", w=5.5, h=9.0),
    _ear("v-sapphire-bar-short", "gold", "sapphire", bar_drop, stone="sapphire", count=4, size=3.0),
    _ear("v-citrine-bar-long", "platinum", "citrine", bar_drop, stone="citrine", count=15, size=2.0),
    _ear("v-leaf-drop-black", "black_silver", "none", leaf_drop),
    _ear("v-ruby-chandelier", "rose_gold", "ruby", chandelier, stone="ruby", accent="diamond", drops=5, width=20.0),
    _ear("v-onyx-chandelier", "silver", "onyx", chandelier, stone="onyx", accent="diamond", drops=9, width=30.0),
    _ear("v-pearl-tiers-silver", "silver", "pearl", pearl_tiers, accent="sapphire"),
]
OTHERS = [
    _other("necklace", "v-amethyst-pendant", "silver", "amethyst", pendant, stone="amethyst", cut="oval", w=11.0, h=15.0, drop_mm=70.0),
    _other("necklace", "v-sapphire-pendant-long", "gold", "sapphire", pendant, stone="sapphire", cut="emerald", w=8.0, h=11.0,
           drop_mm=110.0, halo_stone="diamond"),
    _other("necklace", "v-onyx-pendant", "platinum", "onyx", pendant, held_out=True, stone="onyx", cut="cushion", w=12.0, h=12.0, style="bezel"),
    _other("necklace", "v-chain-gold-fine", "gold", "none", plain_chain, size="fine", drop_mm=70.0),
    _other("necklace", "v-chain-black-medium", "black_silver", "none", plain_chain, size="medium", drop_mm=100.0),
    _other("necklace", "v-pearl-strand-large", "silver", "pearl", strand, size_mm=11.0, drop_mm=60.0),
    _other("necklace", "v-pearl-pendant-small", "silver", "pearl", pearl_pendant, size_mm=7.0, accent="ruby", drop_mm=76.0),
    _other("necklace", "v-ruby-choker", "gold", "ruby", choker, stone="ruby"),
    _other("necklace", "v-aquamarine-collar", "platinum", "aquamarine", collar, held_out=True, stone="aquamarine"),
    _other("tiara", "v-citrine-scroll-tiara", "gold", "citrine", scroll_tiara, stone="citrine", height=32.0),
    _other("tiara", "v-leaf-tiara-silver", "silver", "pearl", leaf_tiara, height=28.0),
    _other("tiara", "v-ruby-fringe-tiara", "gold", "ruby", fringe_tiara, stone="ruby", accent="diamond", height=44.0),
    _other("nose_stud", "v-emerald-nose-stud", "gold", "emerald", stone_stud, stone="emerald", size=2.0),
    _other("nose_stud", "v-ball-nose-stud-black", "black_silver", "none", ball_stud, size=3.0),
    _other("nose_stud", "v-amethyst-nose-stud", "platinum", "amethyst", stone_stud, held_out=True, stone="amethyst", size=3.2, style="bezel"),
]
CATALOGUE = EARRINGS + OTHERS

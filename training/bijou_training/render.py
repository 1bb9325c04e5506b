"""The data set: ``python -m bijou_training.render --out data --pairs N --portraits N --ears N --arms N --start S --split train``.

``--again ID`` renders one sample of the index (sample_index.py) again, into data/again/ID, and compares it.
One head serves four pairs, four portraits and eight pairs of ears: sample number i of a kind
belongs to head ``i // PER_HEAD[kind]``; folders are written under a temporary name and
renamed, so the program can be stopped and started again at any time.
"""

import argparse
import json
import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
from mathutils import Vector
from PIL import Image

from . import arms, clothes, hair, head, headwear, jewellery, sample_index, studio, wear
from . import makehuman as mh
from . import scene as sc

POINTS = ("lobe_l lobe_r eye_l eye_r nose_tip nostril_l nostril_r mouth_l mouth_r chin ear_top_l ear_top_r "
          "neck_l neck_r notch hairline shoulder_l shoulder_r").split()
PER_HEAD = {"pair": 4, "portrait": 4, "ears": 8, "arms": 8}
FOLDERS = {"pair": 0, "portrait": 500000, "ears": 700000, "arms": 800000}
"""Number of the folder of each kind's first sample."""
SIZE = 256
EAR = 208
"""Side of a picture of one ear, pixels."""
EAR_SIDE = 1.3
"""The same in the unit of the head box (dataset.head_box): the square of the closer look, with room to move it."""
SPLIT_SEED = {"train": 1, "test": 900001}
SHARES = {"earring": .65, "necklace": .20, "tiara": .07, "nose_stud": .08}


HIDDEN = .10
"""Of the earring pairs, how many may be of a piece that cannot be seen."""


def halton(i, base):
    """Low-discrepancy number: any prefix of heads is balanced."""
    f, r = 1.0, 0.0
    while i:
        f /= base
        r += f * (i % base)
        i //= base
    return r


def make_person(number, seed, threads, quality=False, fine=1.0, level=1, **wish):
    """Clear the scene and build head ``number``; wishes fix sex, tone, age-less style, neckline, turn."""
    rng = np.random.default_rng([seed, number])
    scene = sc.reset(threads)
    sex = wish.get("sex") or ("female", "male")[number % 2]
    tone = wish.get("tone", (halton(number + 1, 3) + rng.uniform(-.02, .02)) % 1.0)
    lean = np.array([max(.05, 1 - 2 * tone), .9 - 1.2 * abs(tone - .35), max(.02, 2 * tone - .7)])
    ethnicity = rng.dirichlet(np.clip(lean, .03, None) * 2.2) if "ethnicity" not in wish else np.array(wish["ethnicity"], float)
    turn = wish.get("turn") or (rng.normal(0, 14), rng.normal(0, 6), rng.normal(0, 5))
    body = mh.person(rng, sex, ethnicity, tuple(np.clip(turn, -30, 30)), **{k: wish[k] for k in ("age", "variety", "smile", "lids") if k in wish})
    look = hair.choose(rng, sex, body.age, tone, wish.get("style"))
    for key, value in wish.get("look", {}).items():
        setattr(look, key, value)
    albedo = head.monk(tone)
    cover = {"bald": 0.0, "crop": .85, "afro": .95}.get(look.style, .95 if quality else .8)
    skin = head.build_skin(body, rng, albedo, look.colour, level, quality, cover, look.style == "bald")
    cloth, kind = clothes.build(rng, body, level, quality, wish.get("neckline"))
    wears = wish.get("headwear", headwear.choose(rng, sex))
    if wears:
        headwear.under(look, wears)
    top = headwear.build(body, rng, wears, cloth, quality) if wears else None
    strands = hair.build(rng, look, body, skin, cloth, fine)
    hair.build_brows(rng, body, look.colour, albedo, fine)
    hair.build_lashes(rng, body, fine)
    head.build_eyes(body, rng, ethnicity)
    glasses = wish.get("glasses", rng.random() < .10)
    if glasses:
        head.build_glasses(body, rng)
    bvh = wear.surface([skin, cloth])
    sight = wear.surface([skin, cloth, top]) if top else bvh
    neutral = head.attribute(skin, "neutral")
    band = np.flatnonzero((np.abs(neutral[:, 2] - .599 - .3 * neutral[:, 1]) < .006) & (np.abs(neutral[:, 0]) < .085))
    return SimpleNamespace(scene=scene, body=body, skin=skin, cloth=cloth, hair=strands, bvh=bvh, sight=sight, headwear=wears, look=look, tone=float(tone), albedo=albedo,
                           sex=sex, glasses=bool(glasses), neckline=kind, number=number, neck=head.arrays(skin)[0][band])


def head_pose(person, view):
    """Yaw (her left +), pitch (up +), roll (clockwise in the picture +) in degrees relative to the camera."""
    m = view.rotation.T @ person.body.head
    sight = view.camera_space(person.body.centre)
    forward, up = m @ np.array([0, -1.0, 0]), m @ np.array([0, 0, 1.0])
    # relative to the line of sight rather than the optical axis
    across, rise = np.arctan2(sight[0], -sight[2]), np.arctan2(sight[1], -sight[2])
    yaw = np.degrees(np.arctan2(forward[0], forward[2]) + across)
    pitch = np.degrees(np.arcsin(np.clip(forward[1], -1, 1)) + rise)
    roll = np.degrees(np.arctan2(up[0], up[1]))
    return float(yaw), float(pitch), float(roll)


def points(person, view, part):
    """The eighteen points: {name: [x, y, v]}."""
    out = {}
    eye = Vector(view.place)
    places = {}
    pix = view.project(person.neck)
    top, low = view.project(person.body.point("chin")), view.project(person.body.point("notch"))
    up = person.body.head @ np.array([0, 0, 1.0])
    axis = view.project(person.neck.mean(0) + up * .02) - view.project(person.neck.mean(0))
    across = np.array([-axis[1], axis[0]])
    left = view.rotation[:, 0] @ (person.body.head @ np.array([1.0, 0, 0])) > 0
    value = pix @ across
    places["neck_l"] = person.neck[value.argmax() if left else value.argmin()]
    places["neck_r"] = person.neck[value.argmin() if left else value.argmax()]
    for name in POINTS:
        p = places[name] if name in places else person.body.point(name)
        if name.startswith("shoulder"):         # on the cloth
            n = person.body.normal(name)
            hit = person.bvh.ray_cast(Vector(p + n * .05), Vector(-n), .06)
            p = np.array(hit[0]) if hit[0] is not None else p
        x, y = (float(c) for c in view.project(p))
        v = 1
        if not (0 <= x < view.size and 0 <= y < view.size):
            v = -1
        else:
            way = Vector(p) - eye
            slack = {"neck": .012, "shou": .025, "chin": .006, "lobe": .004, "ear_": .004}.get(name[:4], .005)
            hit = person.sight.ray_cast(eye, way.normalized(), way.length - slack)
            cover = part[min(int(y), view.size - 1), min(int(x), view.size - 1), 1]
            if hit[0] is not None or (name != "hairline" and cover > .5):
                v = 0
        out[name] = [round(x, 2), round(y, 2), v]
    return out


def pick_design(rng, split, category):
    """A design of a category; the test split takes held-out ones for half of its pairs."""
    pool = [d for d in jewellery.LEARNED.values() if d.category == category]
    held = [d for d in pool if d.held_out]
    free = [d for d in pool if not d.held_out]
    pool = held if split == "test" and held and rng.random() < .5 else free
    return pool[rng.integers(len(pool))]


def random_view(rng, person, facing=None):
    """A portrait camera; ``facing`` asks for a sign or spread of the head's yaw relative to the camera."""
    body = person.body
    turn = np.degrees(np.arctan2(body.head[0, 1] * -1, body.head[1, 1]))
    want = float(np.clip(rng.normal(0, 26), -60, 60)) if facing is None else facing
    wide = float(np.clip(np.exp(rng.normal(np.log(.46), .28)), .27, 1.0))
    lens = float(np.exp(rng.uniform(np.log(35), np.log(135))))
    if wide < .34:
        lens = max(lens, 50)
    target = body.centre + np.array([rng.normal(0, .10) * wide, .06, -.10 * wide + rng.normal(0, .07) * wide])
    return sc.portrait_view(rng, target, SIZE, turn - want, float(np.clip(rng.normal(2, 7), -18, 20)), float(np.clip(rng.normal(0, 6), -20, 20)), lens, wide)


def save(folder, pictures, meta):
    """Write a sample folder in one go."""
    temporary = folder + ".tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    os.makedirs(temporary)
    for name, (array, mode) in pictures.items():
        Image.fromarray(array, mode).save(f"{temporary}/{name}.png", compress_level=6)
    with open(f"{temporary}/meta.json", "w") as f:
        json.dump(meta, f)
    os.replace(temporary, folder)


def describe(person, view, kind, number, seed, part):
    """The meta fields both kinds share."""
    yaw, pitch, roll = head_pose(person, view)
    return {"version": sample_index.VERSION, "kind": kind, "seed": seed, "head": person.number, "sample": number, "size": SIZE, "sex": person.sex,
            "skin": round(person.tone, 3), "hair": person.look.style, "headwear": person.headwear or "none", "glasses": person.glasses, "neckline": person.neckline,
            "yaw": round(yaw, 2), "pitch": round(pitch, 2), "roll": round(roll, 2), "points": points(person, view, part)}


def show(piece, visible):
    """Hide or show a piece in renders."""
    for o in piece.objects:
        o.hide_render = not visible


def pair_plan(number):
    """Category, side and wished yaw sign of pair ``number`` from a fixed shuffled cycle of 100."""
    cycle = [c for c, s in SHARES.items() for _ in range(round(s * 100))]
    order = np.random.default_rng(17).permutation(len(cycle))
    return cycle[order[number % 100]]


def view_for(rng, person, category, side):
    """A camera from which the piece can usually be seen."""
    sign = 1 if side == "l" else -1
    yaw = {"earring": -sign * rng.normal(20, 20), "nose_stud": -sign * abs(rng.normal(20, 14)), "tiara": rng.normal(0, 18)}.get(category, rng.normal(0, 20))
    return random_view(rng, person, float(np.clip(yaw, -60, 60)))


def render_pair(person, number, seed, split, folder, samples):
    """One pair sample; None when the piece hardly shows."""
    category = pair_plan(number)
    hidden = np.random.default_rng([seed, 9, number]).random() < HIDDEN
    for attempt in range(4):
        rng = np.random.default_rng([seed, 7, number, attempt])
        design = pick_design(rng, split, category)
        side = "lr"[rng.integers(2)]
        piece = wear.wear(jewellery, design, person.body, person.bvh, person.skin, rng, side)
        wide_view = view_for(rng, person, category, side)
        corners = wide_view.project(wear.piece_points(piece.objects, 2000) @ piece.rotation.T + piece.origin)
        low, high = corners.min(0), corners.max(0)
        depth_point = person.body.point(f"lobe_{side}") if category == "earring" else piece.origin if category != "necklace" else person.body.point("notch")
        extent = float((high - low).max())
        side_px = max(extent * rng.uniform(1.5, 2.6), 45 / wide_view.mm_per_px(depth_point))
        centre = (low + high) / 2 + rng.uniform(-.5, .5, 2) * max(0, side_px - extent) * .55
        view = wide_view.crop(centre, side_px)
        backdrop = sc.background(rng, SIZE)
        sc.light_person(rng, person.scene, person.body.centre, view, backdrop)
        sc.aim(person.scene, view)
        glance = sc.render(person.scene, 1, denoise=False, size=64)["piece"].sum() * (SIZE / 64) ** 2
        if attempt < 3 and (glance < 60) != (hidden and category == "earring"):
            jewellery.dispose(piece.objects)
            continue
        break
    inside = (np.array([low, high]) - centre) * SIZE / side_px + SIZE / 2
    pad = .30 * extent * SIZE / side_px + 14
    box = [int(np.clip(c, 0, SIZE)) for c in (inside[0, 0] - pad, inside[0, 1] - pad, inside[1, 0] + pad, inside[1, 1] + pad + 4)]
    worn = sc.render(person.scene, samples, seed=number, border=box)
    show(piece, False)
    bare = sc.render(person.scene, samples, seed=number)
    worn = sc.paste(bare, worn, box)
    visible = worn["piece"]
    show(piece, True)
    alone = bpy.data.scenes["studio"]
    for o in piece.objects:
        alone.collection.objects.link(o)
    alone.render.resolution_x = alone.render.resolution_y = SIZE
    with studio.light(alone, alone.camera) as world:
        world.cycles.sampling_method, world.cycles.sample_map_resolution = "MANUAL", 128
        product = sc.render(alone, samples, seed=number)
    gain = sc.exposure(bare, person.albedo, rng)
    a = np.clip(product["alpha"], 0, 1)
    straight = np.where(a[..., None] > 1e-3, product["rgb"] / np.maximum(a, 1e-3)[..., None], 0)
    meta = describe(person, view, "pair", number, seed, bare["part"])
    named = jewellery.attach_points(design, piece.fit)
    attach = {k: [round(float(c), 2) for c in view.project(np.asarray(p) @ piece.rotation.T + piece.origin)] for k, p in named.items()}
    meta.update({"mm_per_px": round(view.mm_per_px(depth_point), 4), "design": design.id, "category": category, "piece": piece.name, "attach": attach,
                 "visible_fraction": round(float(visible.sum() / max(a.sum(), 1e-3)), 4)})
    save(folder, {"bare": (sc.finish(bare, gain), "RGB"), "worn": (sc.finish(worn, gain), "RGB"),
                  "product": (np.dstack([sc.eight(sc.encode(straight)), sc.eight(a)]), "RGBA"), "visible": (sc.eight(visible), "L"),
                  "parts": (sc.eight(bare["part"]), "RGB"), "light_bare": (sc.eight(sc.shares(bare)), "RGB"),
                  "light_worn": (sc.eight(sc.shares(worn)), "RGB")}, meta)
    jewellery.dispose(piece.objects)


def render_portrait(person, number, seed, split, folder, samples):
    """One portrait sample, sometimes with jewellery."""
    rng = np.random.default_rng([seed, 8, number])
    pieces = []
    if rng.random() < .35:
        design = pick_design(rng, split, "earring")
        pieces += [wear.wear(jewellery, design, person.body, person.bvh, person.skin, rng, s) for s in "lr"]
    if rng.random() < .2:
        pieces.append(wear.wear(jewellery, pick_design(rng, split, "necklace"), person.body, person.bvh, person.skin, rng))
    view = random_view(rng, person)
    backdrop = sc.background(rng, SIZE)
    sc.light_person(rng, person.scene, person.body.centre, view, backdrop)
    sc.aim(person.scene, view)
    shot = sc.render(person.scene, samples, seed=number)
    gain = sc.exposure(shot, person.albedo, rng)
    meta = describe(person, view, "portrait", number, seed, shot["part"])
    meta.update({"mm_per_px": round(view.mm_per_px(person.body.centre), 4), "worn": [p.name for p in pieces]})
    save(folder, {"bare": (sc.finish(shot, gain), "RGB"), "parts": (sc.eight(shot["part"]), "RGB")}, meta)
    for p in pieces:
        jewellery.dispose(p.objects)


def render_ears(person, number, seed, split, folder, samples):
    """Both ears of one view from close by, seen or not, often with earrings."""
    rng = np.random.default_rng([seed, 12, number])
    pieces = []
    if rng.random() < .45:
        design = pick_design(rng, split, "earring")
        pieces += [wear.wear(jewellery, design, person.body, person.bvh, person.skin, rng, s) for s in "lr" if rng.random() < .9]
    wide_view = random_view(rng, person)
    sc.light_person(rng, person.scene, person.body.centre, wide_view, sc.background(rng, EAR))
    eye_l, eye_r, chin = (wide_view.project(person.body.point(n)) for n in ("eye_l", "eye_r", "chin"))
    unit = max(np.linalg.norm(chin - (eye_l + eye_r) / 2), 1.6 * np.linalg.norm(eye_l - eye_r))
    pictures, lobes, gain = {}, {}, None
    for side in rng.permutation(list("lr")):
        centre = wide_view.project(person.body.point(f"lobe_{side}")) + rng.uniform(-.1, .1, 2) * unit
        view = replace(wide_view.crop(centre, EAR_SIDE * unit), size=EAR)
        sc.aim(person.scene, view)
        shot = sc.render(person.scene, samples, seed=number)
        gain = gain or sc.exposure(shot, person.albedo, rng)
        pictures |= {f"ear_{side}": (sc.finish(shot, gain), "RGB"), f"parts_{side}": (sc.eight(shot["part"]), "RGB"),
                     f"worn_{side}": (sc.eight(shot["piece"]), "L")}
        lobe = f"lobe_{side}"
        lobes[lobe] = points(person, view, shot["part"])[lobe]
    meta = describe(person, wide_view, "ears", number, seed, np.zeros((SIZE, SIZE, 3)))
    meta.update({"size": EAR, "unit": round(EAR / EAR_SIDE, 3), "points": lobes, "worn": [p.name for p in pieces]})
    save(folder, pictures, meta)
    for p in pieces:
        jewellery.dispose(p.objects)


def render_arms(person, number, seed, split, folder, samples):
    """One portrait with a hand or two before the head or the throat, or none."""
    rng = np.random.default_rng([seed, 13, number])
    raised = [arms.raise_arm(person, rng) for _ in range(rng.choice(3, p=arms.RAISED))]
    view = random_view(rng, person)
    sc.light_person(rng, person.scene, person.body.centre, view, sc.background(rng, SIZE))
    sc.aim(person.scene, view)
    shot = sc.render(person.scene, samples, seed=number)
    gain = sc.exposure(shot, person.albedo, rng)
    meta = describe(person, view, "arms", number, seed, shot["part"])
    meta.update({"mm_per_px": round(view.mm_per_px(person.body.centre), 4), "raised": [arm.place for arm in raised]})
    save(folder, {"bare": (sc.finish(shot, gain), "RGB"), "parts": (sc.eight(shot["part"]), "RGB"), "before": (sc.eight(shot["piece"]), "L")}, meta)
    for arm in raised:
        arms.dispose(arm)


RENDER = {"pair": render_pair, "portrait": render_portrait, "ears": render_ears, "arms": render_arms}


def again(args, report):
    """Render one indexed sample again and say whether it is the same; the exit status says it too."""
    root = Path(args.out) / args.split
    sample_index.complete(root, args.split)
    entry = sample_index.read(root).get(args.again)
    if entry is None:
        raise SystemExit(f"{args.again}: {root / sample_index.NAME} names no such sample")
    if entry["version"] != sample_index.VERSION:
        raise SystemExit(f"{args.again}: rendered by version {entry['version']}, this is {sample_index.VERSION}")
    target = Path(args.out) / "again" / args.again
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    person = make_person(entry["head"], entry["seed"], args.threads)
    RENDER[entry["kind"]](person, entry["number"], entry["seed"], entry["split"], str(target), entry["samples"])
    differences = sample_index.compare(root / args.again, target)
    print("\n".join(differences) or f"{target}: identical to {root / args.again}", file=report, flush=True)
    raise SystemExit(1 if differences else 0)


def options():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="data")
    parser.add_argument("--pairs", type=int, default=700)
    parser.add_argument("--portraits", type=int, default=700)
    parser.add_argument("--ears", type=int, default=0, help="views of both ears from close by")
    parser.add_argument("--arms", type=int, default=0, help="portraits with hands before them")
    parser.add_argument("--start", type=int, default=0, help="first sample number of each kind (a multiple of 8)")
    parser.add_argument("--split", choices=("train", "test"), default="train")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--again", metavar="ID", help="render this sample of the index again and compare")
    return parser.parse_args()


def main():
    """Render what is missing."""
    args = options()
    report = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)        # Blender talks a lot
    if args.again:
        again(args, report)
    root, seed = os.path.join(args.out, args.split), SPLIT_SEED[args.split]
    os.makedirs(root, exist_ok=True)
    sample_index.complete(Path(root), args.split)
    asked = {"pair": args.pairs, "portrait": args.portraits, "ears": args.ears, "arms": args.arms}
    tasks = [(kind, i, f"{root}/{FOLDERS[kind] + i:06d}") for kind, n in asked.items() for i in range(args.start, args.start + n)]
    # head by head
    tasks = sorted((t for t in tasks if not os.path.exists(t[2])), key=lambda t: (t[1] // PER_HEAD[t[0]], t[1]))
    person, began, heads = None, time.time(), 0.0
    for done, (kind, i, folder) in enumerate(tasks):
        if os.path.exists(folder):      # another process was here
            continue
        t = time.time()
        if person is None or person.number != i // PER_HEAD[kind]:
            person = make_person(i // PER_HEAD[kind], seed, args.threads)
            heads = time.time() - t
        t = time.time()
        try:
            RENDER[kind](person, i, seed, args.split, folder, args.samples)
            sample_index.append(Path(root), sample_index.line(Path(folder), args.split, args.samples))
        except Exception as error:      # one bad sample must not stop the night's work
            print(f"sample {folder} failed: {error!r}", file=sys.stderr, flush=True)
            if os.environ.get("BIJOU_STRICT"):
                raise
        each = (time.time() - began) / (done + 1)
        print(f"{kind} {os.path.basename(folder)} {time.time() - t:.1f}s (head {heads:.1f}s) {done + 1}/{len(tasks)} "
              f"{each:.2f} s/sample, {each * (len(tasks) - done - 1) / 60:.0f} min left", flush=True, file=report)


if __name__ == "__main__":
    main()

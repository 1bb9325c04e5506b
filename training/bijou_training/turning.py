"""The synthetic head of the live view: ``python -m bijou_training.turning --out ../assets/live [--frames 41] [--draft]``.

One of our people turns from her right to her left while the camera stays: 640 x 480 frames, written as one
animated WebP, and the true points of every frame beside it, so that live tracking is measured against the truth.
Frames are kept under ``runs/turning`` while it works: stopped and started again, it goes on.
"""

import argparse
import json
import os

import bpy
import numpy as np
from PIL import Image

from . import portraits as po
from . import render as rd
from . import scene as sc

WIDTH, HEIGHT = 640, 480
FARTHEST = 50.0
WISH = dict(sex="female", tone=.4, age=.12, style="up", ethnicity=(.55, .25, .2), turn=(0, 1, 1), neckline="vee", smile=.3,
            variety=.5, lids=-.22, glasses=False)


def build(threads):
    """The person, her clothes in a quiet blue."""
    look = {"colour": rd.hair.COLOURS["brown"]}
    person = rd.make_person(101, 77, threads, True, 1.3, 1, look=look, **WISH)
    tree = person.cloth.data.materials[0].node_tree
    shader = tree.nodes["Principled BSDF"]
    for link in list(shader.inputs["Base Color"].links):
        tree.links.remove(link)
    shader.inputs["Base Color"].default_value = (.04, .10, .17, 1)
    scene = person.scene
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces = 4, 2
    scene.cycles.denoising_quality, scene.cycles.denoising_prefilter = "HIGH", "ACCURATE"
    return person


def frame(person, yaw, samples, gain):
    """Picture, description and exposure of one frame; ``yaw`` is the head's turn to her left, degrees."""
    scene = person.scene
    for lamp in [o for o in scene.objects if o.type == "LIGHT"]:
        bpy.data.objects.remove(lamp)
    target = person.body.centre + np.array([0, .05, -.035])
    view = sc.portrait_view(None, target, WIDTH, -yaw, 2, 0, 60, .62)
    po.light(scene, person, view, 1, (.28, .30, .31))
    sc.aim(scene, view)
    edge = (WIDTH - HEIGHT) // 2
    shot = sc.render(scene, samples, border=(0, edge, WIDTH, WIDTH - edge))
    if gain is None:
        luma = shot["rgb"][shot["part"][..., 0] > .9] @ np.array([.2126, .7152, .0722], "f")
        gain = (.74 * (person.albedo @ [.2126, .7152, .0722]) + .055) / np.percentile(luma, 60)
    part = np.zeros((WIDTH, WIDTH, 3), "f")
    part[edge:WIDTH - edge] = shot["part"]
    true = rd.points(person, view, part)
    pose = rd.head_pose(person, view)
    about = {"yaw": round(pose[0], 2), "pitch": round(pose[1], 2), "roll": round(pose[2], 2),
             "points": {k: [round(v[0], 2), round(v[1] - edge, 2), v[2]] for k, v in true.items()}}
    return Image.fromarray(sc.finish(shot, gain)), about, float(gain)


def main():
    """Render what is missing, then put the film together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="../assets/live")
    parser.add_argument("--frames", type=int, default=41)
    parser.add_argument("--samples", type=int, default=14)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quality", type=int, default=93)
    args = parser.parse_args()
    folder = "runs/turning"
    os.makedirs(folder, exist_ok=True)
    yaws = np.linspace(-FARTHEST, FARTHEST, args.frames)
    person, gain = None, None
    # The middle comes first: it sets the exposure of all.
    for i in sorted(range(args.frames), key=lambda i: abs(yaws[i])):
        path = f"{folder}/{i:03}"
        if os.path.exists(path + ".json"):
            with open(path + ".json") as f:
                gain = gain or json.load(f)["gain"]
            continue
        person = person or build(args.threads)
        picture, about, gain = frame(person, float(yaws[i]), args.samples, gain)
        picture.save(path + ".png")
        with open(path + ".json.part", "w") as f:
            json.dump(about | {"gain": gain}, f)
        os.replace(path + ".json.part", path + ".json")
        print(i, about["yaw"], flush=True)
    pictures = [Image.open(f"{folder}/{i:03}.png") for i in range(args.frames)]
    truth = [json.load(open(f"{folder}/{i:03}.json")) for i in range(args.frames)]
    for about in truth:
        about.pop("gain")
    os.makedirs(args.out, exist_ok=True)
    pictures[0].save(f"{args.out}/turning.webp", save_all=True, append_images=pictures[1:], duration=33, loop=0,
                     quality=args.quality, method=6, kmin=0, kmax=1)
    with open(f"{args.out}/turning.json", "w") as f:
        json.dump({"size": [WIDTH, HEIGHT], "licence": "CC0-1.0", "frames": truth}, f)


if __name__ == "__main__":
    main()

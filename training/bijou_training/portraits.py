"""The sample portraits: ``python -m bijou_training.portraits --out ../assets/portraits [--only NAME] [--draft]``.

Eight people from the same builder as the data set, in better quality: subsurface
skin, fine hair, studio light with catchlights, 1024 x 1280, no jewellery. ``--raised SEED`` has them raise
an arm, and writes where it is seen as NAME_before.png; that is how tests/fixtures/hands was made.
"""

import argparse
import os

import bpy
import numpy as np
from mathutils import Matrix
from PIL import Image

from . import arms
from . import render as rd
from . import scene as sc

WIDTH, HEIGHT = 1024, 1280

# number picks the face; yaw: the head's turn to her left relative to the camera; turn: head on body
PEOPLE = {
    "amara": dict(number=11, sex="female", tone=.86, age=.05, style="up", ethnicity=(.05, .05, .9), turn=(8, 2, 3), yaw=14, neckline="scoop",
                  cloth=(.45, .12, .06), back=(.30, .24, .20), smile=.35),
    "beatriz": dict(number=22, sex="female", tone=.46, age=.12, style="long", ethnicity=(.6, .2, .2), turn=(-10, 1, -4), yaw=-26, neckline="vee",
                    cloth=(.02, .10, .12), back=(.26, .30, .32), smile=.4, hair="dark", openness=(58, 116), wave=.004),
    "chen": dict(number=33, sex="female", tone=.27, age=.05, style="bob", ethnicity=(.05, .93, .02), turn=(4, 0, 2), yaw=4, neckline="crew",
                 cloth=(.60, .55, .48), back=(.34, .33, .36), smile=.3, hair="black", openness=(114, 112), wave=0),
    "david": dict(number=46, sex="male", tone=.22, age=.35, style="short", length=.045, sweep=(.25, .5, 0), ethnicity=(.92, .05, .03), turn=(-6, 0, -2), yaw=-14, neckline="crew",
                  cloth=(.03, .04, .07), back=(.24, .27, .28), smile=.3, hair="brown"),
    "elif": dict(number=55, sex="female", tone=.33, age=.3, style="pony", ethnicity=(.75, .2, .05), turn=(12, 3, 4), yaw=34, neckline="scoop",
                 cloth=(.22, .02, .04), back=(.36, .31, .27), smile=.35, hair="brown"),
    "freya": dict(number=66, sex="female", tone=.08, age=.62, style="up", ethnicity=(.97, .02, .01), turn=(-6, 1, -3), yaw=-20, neckline="vee",
                  cloth=(.05, .08, .18), back=(.30, .32, .34), smile=.4, hair="grey"),
    "grace": dict(number=77, sex="female", tone=.72, age=.1, style="afro", length=.05, ethnicity=(.1, .05, .85), turn=(6, 0, 3), yaw=24, neckline="off",
                  cloth=(.55, .38, .10), back=(.22, .26, .25), smile=.45, hair="black"),
    "kofi": dict(number=90, sex="male", tone=.93, age=.1, style="crop", ethnicity=(.02, .03, .95), turn=(5, 0, 0), yaw=8, neckline="crew",
                 cloth=(.30, .31, .30), back=(.28, .24, .22), smile=.3, hair="black"),
}


def backdrop(colour, size):
    """A softly lit studio wall."""
    y, x = np.mgrid[0:size, 0:size] / size - .5
    glow = np.exp(-((x - .12) ** 2 + (y - .05) ** 2) / .22)
    return (np.array(colour) * (.25 + .95 * glow[..., None])).astype("f")


def lamp(scene, name, centre, way, distance, size, energy, colour=(1, 1, 1)):
    """One softbox aimed at the face."""
    light = bpy.data.lights.new(name, "AREA")
    light.shape, light.size, light.energy, light.color = "DISK", size, energy * distance ** 2, colour
    o = bpy.data.objects.new(name, light)
    scene.collection.objects.link(o)
    z = np.asarray(way, float) / np.linalg.norm(way)
    x = np.cross([0, 0, 1.0], z)
    x /= np.linalg.norm(x)
    m = Matrix(np.stack([x, np.cross(z, x), z], 1).tolist()).to_4x4()
    m.translation = np.asarray(centre) + z * distance
    o.matrix_world = m


def light(scene, person, view, side, back):
    """Loop light: big key, low fill, rim, hair light; a dim room."""
    right, up, to_camera = view.rotation.T
    centre = person.body.centre
    dark = .45 + .55 * min(1.0, float(person.albedo.mean()) / .4)      # gentler edges on dark skin and hair
    world = np.array([0, 0, 1.0])
    way = lambda azimuth, height: (to_camera * np.cos(np.radians(azimuth)) + right * side * np.sin(np.radians(azimuth))) + world * np.tan(np.radians(height))
    lamp(scene, "key", centre, way(36, 32), 1.3, .75, 26, (1, .965, .92))
    lamp(scene, "fill", centre, way(-42, 6), 1.8, 1.4, 9, (.95, .98, 1))
    lamp(scene, "low", centre, way(5, -32), 1.5, .9, 3.5, (1, .95, .9))
    lamp(scene, "rim", centre, way(-140, 24), 1.4, .5, 15 * dark ** 2, (1, .98, .95))
    lamp(scene, "hair", centre, way(165, 62), 1.3, .5, 5 * dark ** 2)
    rng = np.random.default_rng(4)
    sc.room(scene, sc.surroundings(rng, backdrop(back, 512)), .35, backdrop(back, 512))


def make(name, draft, raised=None):
    """Render one portrait, with an arm raised as a seed says; returns the picture and where the arm is seen."""
    wish = dict(PEOPLE[name])
    yaw, cloth, back, colour = wish.pop("yaw"), wish.pop("cloth"), wish.pop("back"), wish.pop("hair", None)
    look = {k: wish.pop(k) for k in ("openness", "wave", "length", "volume", "parting", "sweep") if k in wish}
    if colour:
        look["colour"] = rd.hair.COLOURS[colour]
    wish.setdefault("variety", .55)
    wish.setdefault("lids", -.22)
    person = rd.make_person(wish.pop("number"), 77, 2, True, 1.3 if draft else 2.0, 1 if draft else 2, glasses=False, look=look, **wish)
    scene = person.scene
    if raised is not None:
        arms.raise_arm(person, np.random.default_rng(raised))
    shader = person.cloth.data.materials[0].node_tree.nodes["Principled BSDF"]
    for link in list(shader.inputs["Base Color"].links):
        person.cloth.data.materials[0].node_tree.links.remove(link)
    shader.inputs["Base Color"].default_value = (*cloth, 1)
    size = 640 if draft else HEIGHT
    turn = np.degrees(np.arctan2(-person.body.head[0, 1], person.body.head[1, 1]))
    target = person.body.centre + np.array([0, .06, -.045])
    view = sc.portrait_view(None, target, size, turn - yaw, 3, 0, 85, .44)
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces, scene.cycles.glossy_bounces, scene.cycles.transmission_bounces = 5, 2, 4, 5
    scene.cycles.denoising_quality, scene.cycles.denoising_prefilter = "HIGH", "ACCURATE"
    scene.cycles_curves.subdivisions = 2
    scene.cycles.use_adaptive_sampling, scene.cycles.adaptive_threshold, scene.cycles.adaptive_min_samples = not draft, .03, 12
    light(scene, person, view, 1 if yaw >= 0 else -1, back)
    sc.aim(scene, view)
    edge = (size - round(size * WIDTH / HEIGHT)) // 2
    shot = sc.render(scene, 10 if draft else 18, border=(edge, 0, size - edge, size))
    luma = shot["rgb"][shot["part"][..., 0] > .9] @ np.array([.2126, .7152, .0722], "f")
    tone = person.albedo @ [.2126, .7152, .0722]
    gain = (.74 * tone + .055) / np.percentile(luma, 60)
    print(name, "tone", tone, "gain", gain)
    return Image.fromarray(sc.finish(shot, gain)), Image.fromarray(sc.eight(shot["piece"]), "L")


def save(picture, path):
    """JPEG at quality 92, less if it would be over 350 KB."""
    for quality in (92, 90, 88, 85):
        picture.save(path, quality=quality, optimize=True, subsampling=0 if quality > 90 else 2)
        if os.path.getsize(path) <= 350 * 1024:
            break


def main():
    """Render the portraits asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="../assets/portraits")
    parser.add_argument("--only", nargs="*", help="names; default all")
    parser.add_argument("--raised", type=int, help="raise an arm: which")
    parser.add_argument("--draft", action="store_true", help="small and quick")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    for name in args.only or PEOPLE:
        picture, before = make(name, args.draft, args.raised)
        save(picture, f"{args.out}/{name}.jpg")
        if args.raised is not None:
            before.save(f"{args.out}/{name}_before.png", optimize=True)


if __name__ == "__main__":
    main()

"""Train the network that lays a style picture's texture on photos.

    python -m bijou_training.train_texture --data data/train --portraits ../assets/portraits \
        --out runs/texture --minutes 20

Photos: renders and portraits. Styles: `style_pictures.py`, made here. Gives OUT/last.pt, log.csv and grids
(photo, style, made).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from bijou_training.networks import parameters
from bijou_training.running import Run, arguments, save_grid
from bijou_training.style_pictures import KINDS, make
from bijou_training.texture import Dictionary, TextureNet, content_loss, dictionary, style_loss

CROP = 64


def lightness(picture: Image.Image) -> np.ndarray:
    """Rec. 709 luma of the encoded values, 0..1, float32."""
    return np.asarray(picture.convert("RGB"), np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32) / 255.0


def photos(data: Path, portraits: Path, few: bool) -> list[np.ndarray]:
    """Renders as they are; portraits at three sizes around the one the program works at."""
    pictures = [lightness(Image.open(p)) for p in sorted(data.glob("*/worn.png"))[:: 6 if few else 1]]
    for path in sorted(portraits.glob("*.jpg")):
        picture = Image.open(path)
        for side in (512, 768):
            factor = side / min(picture.size)
            size = tuple(int(n * factor) for n in picture.size)
            pictures += [lightness(picture.resize(size, Image.Resampling.LANCZOS))] * (3 * side // 512)
    return pictures


def crop(rng: np.random.Generator, picture: np.ndarray) -> np.ndarray:
    """A square of CROP pixels, mirrored half the time."""
    y, x = (int(rng.integers(0, n - CROP + 1)) for n in picture.shape)
    part = picture[y : y + CROP, x : x + CROP]
    return part[:, ::-1] if rng.random() < 0.5 else part


def example(rng: np.random.Generator, content: list[np.ndarray], styles: list[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Photo and style; the photo's tones moved towards the style's, as the colour transport does."""
    photo, style = crop(rng, content[rng.integers(len(content))]), crop(rng, styles[rng.integers(len(styles))])
    if rng.random() < 0.3:
        style = np.rot90(style)
    share = rng.uniform(0.0, 1.0)
    moved = (photo - photo.mean()) / (photo.std() + 0.05) * (style.std() + 0.03) + style.mean()
    return np.clip(photo + share * (moved - photo), 0, 1), style


def batch(rng: np.random.Generator, size: int, content: list, styles: list) -> tuple[Tensor, Tensor, Tensor]:
    pairs = [example(rng, content, styles) for _ in range(size)]
    photo, style = (torch.tensor(np.stack(side)[:, None].astype(np.float32)) for side in zip(*pairs, strict=True))
    noise = torch.tensor(rng.uniform(-1, 1, photo.shape).astype(np.float32))
    return photo, style, noise


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.set_defaults(batch=4, rate=3e-3)
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--content", type=float, default=6.0, help="weight of the content loss")
    parser.add_argument("--few", action="store_true", help="a sixth of the renders: quicker to start")
    parser.add_argument("--styles", type=int, default=20, help="style pictures of every kind")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    content = photos(args.data, args.portraits, args.few)
    styles = [lightness(Image.fromarray(make(k, s))) for k in KINDS for s in range(args.styles)]
    filters = dictionary(styles + content[:300], args.seed)
    net = TextureNet(filters).to(memory_format=torch.channels_last)
    bank = Dictionary(filters)
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, betas=(0.9, 0.99), weight_decay=1e-4)
    run = Run(args, net, optimiser=optimiser)
    print(f"{parameters(net)} parameters, {len(content)} photos, {len(styles)} styles", flush=True)
    shown = batch(np.random.default_rng(7), 8, content, styles)
    more = True
    while more:
        for group in optimiser.param_groups:
            group["lr"] = run.rate()
        photo, style, noise = batch(run.rng, args.batch, content, styles)
        made = net(torch.cat([photo * 2 - 1, noise], 1), style * 2 - 1) * 0.5 + 0.5
        alike, kept = style_loss(bank(made), bank(style)), content_loss(made, photo)
        optimiser.zero_grad(set_to_none=True)
        (alike + args.content * kept).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        more = run.advance({"style": alike, "content": kept})
        if run.due():
            run.notes["trained_on"] = {
                "data": "own renders and portraits; style pictures made by style_pictures.py",
                "photos": len(content), "styles": len(styles), "steps": run.step,
            }  # fmt: skip
            run.save()
            with torch.no_grad():
                made = run.ema(torch.cat([shown[0] * 2 - 1, shown[2]], 1), shown[1] * 2 - 1) * 0.5 + 0.5
            save_grid(args.out / f"grid_{run.step:06d}.png", [list(shown[0]), list(shown[1]), list(made)])


if __name__ == "__main__":
    main()

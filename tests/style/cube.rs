//! Colour tables: the format, and the interpolation against references written from its definition.

use super::*;
use bijou::style::cube::Cube;

/// A 3-D table of a function of colour, red fastest.
fn table(size: usize, domain: [[f64; 3]; 2], f: impl Fn([f64; 3]) -> [f64; 3]) -> String {
    let [low, high] = domain;
    let mut text = format!(
        "TITLE \"made\"\nLUT_3D_SIZE {size}\nDOMAIN_MIN {} {} {}\nDOMAIN_MAX {} {} {}\n",
        low[0], low[1], low[2], high[0], high[1], high[2]
    );
    for i in 0..size.pow(3) {
        let point = [i % size, i / size % size, i / size / size];
        let colour = [0, 1, 2].map(|c| low[c] + (high[c] - low[c]) * point[c] as f64 / (size - 1) as f64);
        let [r, g, b] = f(colour);
        text += &format!("{r:.9} {g:.9} {b:.9}\n");
    }
    text
}

const UNIT: [[f64; 3]; 2] = [[0.0; 3], [1.0; 3]];

fn curve(c: [f64; 3]) -> [f64; 3] {
    [
        c[0].powf(0.8) * 0.9 + 0.05 * c[2],
        c[1] * (1.2 - 0.2 * c[1]),
        0.1 + 0.7 * c[2] + 0.1 * c[0] * c[1],
    ]
}

/// Colours on no lattice, some at the ends.
fn colours() -> Vec<[f32; 3]> {
    let ends = [[0.0; 3], [1.0; 3], [1.0, 0.0, 0.5], [0.3, 0.3, 0.3]];
    let some = (0..500_u32).map(|i| {
        [2_654_435_761_u32, 40_503, 69_069].map(|k| (i.wrapping_mul(k) >> 7) as f32 % 1009.0 / 1008.0)
    });
    ends.into_iter().chain(some).collect()
}

fn close(a: [f32; 3], b: [f64; 3], tolerance: f64) -> bool {
    (0..3).all(|c| (f64::from(a[c]) - b[c]).abs() <= tolerance)
}

#[test]
fn an_identity_table_of_any_size_and_domain_is_identity() {
    for size in [2, 3, 17, 33, 65] {
        for domain in [UNIT, [[-0.5, 0.0, -0.1], [1.0, 2.0, 1.5]]] {
            let cube = Cube::parse(&table(size, domain, |c| c)).unwrap();
            for colour in colours() {
                assert!(
                    close(cube.map(colour), colour.map(f64::from), 2e-6),
                    "{size}: {colour:?}"
                );
            }
        }
    }
    let cube = Cube::parse("LUT_1D_SIZE 2\n0 0 0\n1 1 1").unwrap();
    assert!(close(cube.map([0.25, 0.5, 2.0]), [0.25, 0.5, 1.0], 1e-6));
}

#[test]
fn a_table_of_a_known_function_gives_it_within_a_step_of_8_bits() {
    let cube = Cube::parse(&table(33, UNIT, curve)).unwrap();
    for colour in colours().into_iter().filter(|c| c[0] > 0.05) {
        let expected = curve(colour.map(f64::from));
        assert!(close(cube.map(colour), expected, 1.0 / 255.0), "{colour:?}");
    }
}

/// The six tetrahedra written out case by case, as the literature tabulates them.
fn tetrahedral(size: usize, f: impl Fn([f64; 3]) -> [f64; 3], colour: [f32; 3]) -> [f64; 3] {
    let last = (size - 1) as f64;
    let at = colour.map(|v| f64::from(v).clamp(0.0, 1.0) * last);
    let corner = at.map(|v| v.floor().min(last - 1.0));
    let [x, y, z] = [0, 1, 2].map(|c| at[c] - corner[c]);
    let p = |r: f64, g: f64, b: f64| {
        f([
            (corner[0] + r) / last,
            (corner[1] + g) / last,
            (corner[2] + b) / last,
        ])
    };
    let (black, white) = (p(0.0, 0.0, 0.0), p(1.0, 1.0, 1.0));
    let (r, g, b) = (p(1.0, 0.0, 0.0), p(0.0, 1.0, 0.0), p(0.0, 0.0, 1.0));
    let (rg, rb, gb) = (p(1.0, 1.0, 0.0), p(1.0, 0.0, 1.0), p(0.0, 1.0, 1.0));
    let mix = |weights: [(f64, [f64; 3]); 4]| [0, 1, 2].map(|c| weights.iter().map(|(w, v)| w * v[c]).sum());
    if x > y && y > z {
        mix([(1.0 - x, black), (x - y, r), (y - z, rg), (z, white)])
    } else if x > z && z >= y {
        mix([(1.0 - x, black), (x - z, r), (z - y, rb), (y, white)])
    } else if z >= x && x > y {
        mix([(1.0 - z, black), (z - x, b), (x - y, rb), (y, white)])
    } else if y >= x && x > z {
        mix([(1.0 - y, black), (y - x, g), (x - z, rg), (z, white)])
    } else if y > z && z >= x {
        mix([(1.0 - y, black), (y - z, g), (z - x, gb), (x, white)])
    } else {
        mix([(1.0 - z, black), (z - y, b), (y - x, gb), (x, white)])
    }
}

#[test]
fn interpolation_is_tetrahedral() {
    // So coarse that a trilinear reader would differ.
    let steep = |c: [f64; 3]| [c[0] * c[1] * c[2], (c[0] - c[1]).powi(2), c[2].powi(3) * c[0]];
    let cube = Cube::parse(&table(4, UNIT, steep)).unwrap();
    for colour in colours() {
        let expected = tetrahedral(4, steep, colour);
        assert!(
            close(cube.map(colour), expected, 1e-5),
            "{colour:?}: {:?}, not {expected:?}",
            cube.map(colour)
        );
    }
}

#[test]
fn a_broken_table_says_its_line_and_why() {
    for (text, line, reason) in [
        ("", 1, "there is neither LUT_1D_SIZE nor LUT_3D_SIZE"),
        (
            "# note\n0 0 0",
            2,
            "numbers come before LUT_1D_SIZE or LUT_3D_SIZE",
        ),
        (
            "LUT_3D_SIZE 66",
            1,
            "the size `66` is not a whole number from 2 to 65",
        ),
        (
            "LUT_3D_SIZE 1",
            1,
            "the size `1` is not a whole number from 2 to 65",
        ),
        (
            "LUT_1D_SIZE 2\nLUT_3D_SIZE 2",
            2,
            "the size is given twice; a table is either 1-D or 3-D",
        ),
        ("LUT_1D_SIZE 2\n0 0 0\n0 x 0", 3, "`x` is not a number"),
        ("LUT_1D_SIZE 2\n0 0 NaN", 2, "`NaN` is not a number"),
        ("LUT_1D_SIZE 2\n0 0", 2, "2 numbers where there should be 3"),
        (
            "LUT_1D_SIZE 2\n0 0 0",
            2,
            "the table ends after 1 rows where its size asks for 2",
        ),
        (
            "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n2 2 2",
            4,
            "there are more than the 2 rows the size asks for",
        ),
        (
            "LUT_1D_SIZE 2\nDOMAIN_MIN 1 0 0\n0 0 0\n1 1 1",
            4,
            "DOMAIN_MIN is not below DOMAIN_MAX",
        ),
        (
            "LUT_1D_SIZE 2\nGAMMA 2.2",
            2,
            "`GAMMA` is no word of this format; remove the line if it is a note",
        ),
    ] {
        let error = Cube::parse(text).unwrap_err();
        assert_eq!((error.line, error.reason.as_str()), (line, reason), "{text}");
    }
}

#[test]
fn a_table_is_a_style_with_a_strength() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("night: blue.cube");
    std::fs::write(&file, table(17, UNIT, curve)).unwrap();
    let style = Style::parse(&format!("cube:{}:0.5", file.display())).unwrap();
    assert_eq!((style.look().id, style.strength()), ("cube", 0.5));
    assert_eq!(Style::parse(&style.to_string()).unwrap(), style);
    let (mut whole, mut tiled) = (styler(), styler().with_tile(16));
    let before = picture(50, 40);
    let after = whole.apply(&style, &before).unwrap();
    assert!(after == tiled.apply(&style, &before).unwrap());
    for (old, new) in before.pixels.iter().zip(&after.pixels) {
        let old = old.map(|v| reference::encode(f64::from(v)));
        let graded = tetrahedral(17, curve, old.map(|v| v as f32));
        for c in 0..3 {
            let found = reference::encode(f64::from(new[c]));
            assert!(
                (found - 0.5 * (old[c] + graded[c])).abs() < 0.5 / 255.0,
                "{old:?}"
            );
        }
    }
    let same = Style::parse(&format!("cube:{}:0", file.display())).unwrap();
    assert!(whole.apply(&same, &before).unwrap() == before);

    let says = |text: String| Style::parse(&text).unwrap_err();
    assert!(matches!(
        says(format!("cube:{}:2", file.display())),
        Error::Strength { .. }
    ));
    assert!(matches!(
        says("cube:nowhere.cube".to_owned()),
        Error::Unreadable { .. }
    ));
    std::fs::write(&file, "LUT_3D_SIZE 2\n0 0 0").unwrap();
    let error = says(format!("cube:{}", file.display()));
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(
        cause,
        "line 2: the table ends after 1 rows where its size asks for 8"
    );
}

/// What colour-science reads in the same files: `tests/fixtures/make_cube_reference.py` made them.
#[test]
fn an_independent_reader_gives_the_same_colours() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/style");
    let table = |name: &str| {
        let text = std::fs::read_to_string(folder.join(format!("{name}.cube"))).unwrap();
        Cube::parse(&text).unwrap()
    };
    let mut rows = 0;
    for line in std::fs::read_to_string(folder.join("reference.csv"))
        .unwrap()
        .lines()
    {
        let (name, numbers) = line.split_once(',').unwrap();
        let n: Vec<f64> = numbers.split(',').map(|v| v.parse().unwrap()).collect();
        let found = table(name).map([n[0] as f32, n[1] as f32, n[2] as f32]);
        assert!(close(found, [n[3], n[4], n[5]], 1.0 / 255.0), "{line}: {found:?}");
        rows += 1;
    }
    assert_eq!(rows, 180);
}

#[test]
fn a_style_with_a_file_holds_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a+b, c.cube");
    std::fs::write(&file, "LUT_1D_SIZE 2\n0 0 0\n1 1 1").unwrap();
    let text = Style::parse(&format!("cube:{}:0.5", file.display()))
        .unwrap()
        .to_string();
    let hash = text.split_once(",sha256=").unwrap().1;
    assert!(
        hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()),
        "{text}"
    );
    assert!(Style::parse(&text).is_ok());
    std::fs::write(&file, "LUT_1D_SIZE 2\n0 0 0\n1 1 0.5").unwrap();
    let error = Style::parse(&text).unwrap_err();
    assert!(matches!(error, Error::Changed { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("is not the file this style was made with")
    );
}

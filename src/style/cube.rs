//! Colour tables in Adobe's and DaVinci Resolve's `.cube` text format: the text in, a [`Cube`] out, which
//! maps colours. Pure functions: no files, no device.

/// Fewest and most points a side of a 3-D table has.
const POINTS_3D: (usize, usize) = (2, 65);
/// Fewest and most points of a 1-D table (Adobe's Cube LUT specification 1.0).
const POINTS_1D: (usize, usize) = (2, 65_536);

/// Why a text is no colour table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Error {
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong with it, for people.
    pub reason: String,
}

/// A colour table: three curves, or a lattice of colours.
#[derive(Clone, Debug, PartialEq)]
pub struct Cube {
    /// Points a side.
    size: usize,
    /// True for a lattice of `size`³ colours, red fastest; false for `size` values of three curves.
    lattice: bool,
    /// Colours of the first and the last point.
    domain: [[f32; 3]; 2],
    table: Vec<[f32; 3]>,
}

/// What has been read so far.
#[derive(Default)]
struct Draft {
    size: Option<(usize, bool)>,
    low: Option<[f32; 3]>,
    high: Option<[f32; 3]>,
    table: Vec<[f32; 3]>,
}

impl Cube {
    /// Reads the text of a `.cube` file: `LUT_1D_SIZE` or `LUT_3D_SIZE`, any `DOMAIN_MIN` and
    /// `DOMAIN_MAX` (or Resolve's `LUT_…_INPUT_RANGE`), then a row of three numbers a point.
    ///
    /// # Errors
    /// [`Error`] with the line and the reason.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut draft = Draft::default();
        let mut last = 0;
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            last = index + 1;
            let content = line.split('#').next().unwrap_or_default().trim();
            if !content.is_empty() {
                draft
                    .read(content)
                    .map_err(|reason| Error { line: last, reason })?;
            }
        }
        draft.finish().map_err(|reason| Error {
            line: last.max(1),
            reason,
        })
    }

    /// A lattice of `size`³ colours over 0..1, red fastest.
    pub(super) fn lattice(size: usize, table: Vec<[f32; 3]>) -> Self {
        let domain = [[0.0; 3], [1.0; 3]];
        Self {
            size,
            lattice: true,
            domain,
            table,
        }
    }

    /// The colour the table gives for one (sRGB-encoded like the table itself); what lies outside the
    /// domain is taken at its edge. Curves are linear between points, a lattice is interpolated in
    /// tetrahedra (Kasson, Nin, Plouffe and Hafner 1995, "Performing color space conversions with
    /// three-dimensional linear interpolation").
    pub fn map(&self, colour: [f32; 3]) -> [f32; 3] {
        let last = (self.size - 1) as f32;
        let [low, high] = self.domain;
        let mut corner = [0; 3];
        let mut part = [0.0; 3];
        for c in 0..3 {
            let at = (colour[c] - low[c]) / (high[c] - low[c]) * last;
            // Not a number becomes the first point.
            let at = at.max(0.0).min(last);
            corner[c] = (at as usize).min(self.size - 2);
            part[c] = at - corner[c] as f32;
        }
        if self.lattice {
            return self.tetrahedron(corner, part);
        }
        let mut mapped = [0.0; 3];
        for c in 0..3 {
            let (a, b) = (self.table[corner[c]][c], self.table[corner[c] + 1][c]);
            mapped[c] = a + (b - a) * part[c];
        }
        mapped
    }

    /// Walks from the cell's first corner to its last along the axes, the furthest part first; the
    /// four corners passed are those of the tetrahedron around the colour.
    fn tetrahedron(&self, corner: [usize; 3], part: [f32; 3]) -> [f32; 3] {
        let strides = [1, self.size, self.size * self.size];
        let mut order = [0, 1, 2];
        order.sort_by(|a, b| part[*b].total_cmp(&part[*a]));
        let mut index = corner[0] + corner[1] * strides[1] + corner[2] * strides[2];
        let mut mapped = self.table[index];
        for axis in order {
            let from = self.table[index];
            index += strides[axis];
            let to = self.table[index];
            for c in 0..3 {
                mapped[c] += (to[c] - from[c]) * part[axis];
            }
        }
        mapped
    }
}

impl Draft {
    /// One line without comment and space around it.
    fn read(&mut self, content: &str) -> Result<(), String> {
        let (word, rest) = content.split_once(char::is_whitespace).unwrap_or((content, ""));
        match word {
            "TITLE" => {}
            "LUT_1D_SIZE" => self.resize(rest, false, POINTS_1D)?,
            "LUT_3D_SIZE" => self.resize(rest, true, POINTS_3D)?,
            "DOMAIN_MIN" => self.low = Some(numbers(rest)?),
            "DOMAIN_MAX" => self.high = Some(numbers(rest)?),
            "LUT_1D_INPUT_RANGE" | "LUT_3D_INPUT_RANGE" => {
                let [low, high] = numbers(rest)?;
                (self.low, self.high) = (Some([low; 3]), Some([high; 3]));
            }
            word if word.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                return Err(format!(
                    "`{word}` is no word of this format; remove the line if it is a note"
                ));
            }
            _ => self.row(content)?,
        }
        Ok(())
    }

    fn resize(&mut self, text: &str, lattice: bool, (least, most): (usize, usize)) -> Result<(), String> {
        if self.size.is_some() {
            return Err("the size is given twice; a table is either 1-D or 3-D".to_owned());
        }
        let size = text.trim().parse().ok();
        let size = size.filter(|n| (least..=most).contains(n));
        let size = size.ok_or_else(|| {
            format!(
                "the size `{}` is not a whole number from {least} to {most}",
                text.trim()
            )
        })?;
        self.size = Some((size, lattice));
        Ok(())
    }

    fn row(&mut self, content: &str) -> Result<(), String> {
        let asked = self
            .rows()
            .ok_or("numbers come before LUT_1D_SIZE or LUT_3D_SIZE")?;
        if self.table.len() == asked {
            return Err(format!("there are more than the {asked} rows the size asks for"));
        }
        self.table.push(numbers(content)?);
        Ok(())
    }

    /// How many rows the size asks for.
    fn rows(&self) -> Option<usize> {
        self.size
            .map(|(size, lattice)| if lattice { size.pow(3) } else { size })
    }

    fn finish(self) -> Result<Cube, String> {
        let asked = self
            .rows()
            .ok_or("there is neither LUT_1D_SIZE nor LUT_3D_SIZE")?;
        if self.table.len() != asked {
            return Err(format!(
                "the table ends after {} rows where its size asks for {asked}",
                self.table.len()
            ));
        }
        let domain = [self.low.unwrap_or([0.0; 3]), self.high.unwrap_or([1.0; 3])];
        if (0..3).any(|c| domain[0][c] >= domain[1][c]) {
            return Err("DOMAIN_MIN is not below DOMAIN_MAX".to_owned());
        }
        let (size, lattice) = self.size.ok_or("there is no size")?;
        Ok(Cube {
            size,
            lattice,
            domain,
            table: self.table,
        })
    }
}

/// Exactly `N` finite numbers.
fn numbers<const N: usize>(text: &str) -> Result<[f32; N], String> {
    let mut found = Vec::with_capacity(N);
    for word in text.split_whitespace() {
        let number = word.parse().ok().filter(|v: &f32| v.is_finite());
        found.push(number.ok_or_else(|| format!("`{word}` is not a number"))?);
    }
    let count = found.len();
    found
        .try_into()
        .map_err(|_| format!("{count} numbers where there should be {N}"))
}

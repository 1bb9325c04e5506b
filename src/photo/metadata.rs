//! Metadata: what EXIF says on reading, and what is written beside the samples.
//!
//! Written: an XMP packet with the IPTC disclosure of trained models and the recipe, the
//! recipe again as a PNG text chunk, and the EXIF fields that describe the photograph
//! (camera, date, author), never its position, serial numbers or thumbnail.

use exif::{Exif, Field, In, Reader, Tag, Value, experimental::Writer};
use image::metadata::Orientation;
use img_parts::Bytes;
use moxcms::ColorProfile;
use std::io::Cursor;

/// IPTC NewsCodes, digital source type: "composite including generative AI elements".
const SOURCE_TYPE: &str =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
/// Keyword of the PNG text chunk that holds the recipe.
const KEYWORD: &[u8] = b"bijou:recipe";
/// XMP property that holds the recipe.
const PROPERTY: &str = "bijou:Recipe";

/// EXIF fields carried from the source to what is written.
const KEPT: [Tag; 16] = [
    Tag::Make,
    Tag::Model,
    Tag::Artist,
    Tag::Copyright,
    Tag::XResolution,
    Tag::YResolution,
    Tag::ResolutionUnit,
    Tag::DateTimeOriginal,
    Tag::OffsetTimeOriginal,
    Tag::ExposureTime,
    Tag::FNumber,
    Tag::PhotographicSensitivity,
    Tag::FocalLength,
    Tag::FocalLengthIn35mmFilm,
    Tag::LensMake,
    Tag::LensModel,
];

/// Parses an EXIF block, with or without the `Exif\0\0` some writers put before it.
pub(super) fn read_exif(mut block: Vec<u8>) -> Option<Exif> {
    if block.starts_with(b"Exif\0\0") {
        block.drain(..6);
    }
    let parsed = Reader::new().continue_on_error(true).read_raw(block);
    parsed.or_else(|e| e.distill_partial_result(|_| ())).ok()
}

/// How the stored picture has to be turned.
pub(super) fn orientation(exif: &Exif) -> Option<Orientation> {
    let value = exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    Orientation::from_exif(u8::try_from(value).ok()?)
}

/// The Adobe RGB profile, when EXIF says so in the way of cameras: interoperability index R03
/// (DCF 2.0, optional colour space) and no embedded profile.
pub(super) fn adobe_rgb(exif: &Exif) -> Option<Vec<u8>> {
    let r03 = |f: &Field| matches!(&f.value, Value::Ascii(v) if v.first().is_some_and(|s| s == b"R03"));
    let index = exif.fields().find(|f| f.tag == Tag::InteroperabilityIndex)?;
    r03(index)
        .then(|| ColorProfile::new_adobe_rgb().encode().ok())
        .flatten()
}

/// The fields of [`KEPT`] as a fresh EXIF block with orientation 1; `None` when there are none.
pub(super) fn kept_exif(exif: &Exif) -> Option<Vec<u8>> {
    let kept = |f: &&Field| f.ifd_num == In::PRIMARY && KEPT.contains(&f.tag);
    let upright = Field {
        tag: Tag::Orientation,
        ifd_num: In::PRIMARY,
        value: Value::Short(vec![1]),
    };
    let mut writer = Writer::new();
    exif.fields().filter(kept).for_each(|f| writer.push_field(f));
    exif.fields().find(kept)?;
    writer.push_field(&upright);
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).ok()?;
    Some(block.into_inner())
}

/// The XMP packet of a written picture.
pub(super) fn xmp(recipe: Option<&str>) -> String {
    let recipe = recipe.map_or_else(String::new, |r| {
        format!("\n   <{PROPERTY}>{}</{PROPERTY}>", escaped(r))
    });
    format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:bijou="urn:bijou:xmp:1.0/">
   <Iptc4xmpExt:DigitalSourceType>{SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>{recipe}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"#,
        bom = '\u{feff}'
    )
}

/// The recipe in an XMP packet, written as an element or (by other programs) as an attribute.
pub(super) fn xmp_recipe(xmp: &str) -> Option<String> {
    let element = xmp
        .split_once(&format!("<{PROPERTY}>"))
        .and_then(|(_, rest)| rest.split_once('<'));
    let attribute = |quote: char| {
        let (_, rest) = xmp.split_once(&format!("{PROPERTY}={quote}"))?;
        rest.split_once(quote)
    };
    let (text, _) = element.or_else(|| attribute('"')).or_else(|| attribute('\''))?;
    unescaped(text)
}

/// Contents of a PNG iTXt chunk: uncompressed UTF-8, no language.
pub(super) fn itxt(keyword: &[u8], text: &str) -> Bytes {
    [keyword, &[0; 5], text.as_bytes()].concat().into()
}

/// Contents of the PNG text chunk with the recipe.
pub(super) fn recipe_itxt(recipe: &str) -> Bytes {
    itxt(KEYWORD, recipe)
}

/// Kind and contents of a PNG's chunks, as far as they are whole.
fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk()?;
        let (kind, after) = after.split_at_checked(4)?;
        let (contents, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest = after.get(4..).unwrap_or_default();
        Some((kind, contents))
    })
}

/// The EXIF block of a PNG; unlike the decoder, this also finds one that follows the samples.
pub(super) fn png_exif(bytes: &[u8]) -> Option<Vec<u8>> {
    png_chunks(bytes)
        .find(|(kind, _)| kind == b"eXIf")
        .map(|(_, block)| block.to_vec())
}

/// The recipe in a PNG's uncompressed iTXt chunk, or in the tEXt chunk some programs make of it.
pub(super) fn png_recipe(bytes: &[u8]) -> Option<String> {
    png_chunks(bytes).find_map(|(kind, contents)| {
        let rest = contents.strip_prefix(KEYWORD)?.strip_prefix(b"\0")?;
        let text = match kind {
            b"tEXt" => rest,
            b"iTXt" => rest.strip_prefix(b"\0\0")?.splitn(3, |&b| b == 0).nth(2)?,
            _ => return None,
        };
        String::from_utf8(text.to_vec()).ok()
    })
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    out
}

/// XML text without entities; `None` when one is unknown.
fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split('&');
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';')?;
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = entity.strip_prefix('#')?;
                let hex = number.strip_prefix('x').map(|n| u32::from_str_radix(n, 16));
                char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)?
            }
        });
        out.push_str(rest);
    }
    Some(out)
}

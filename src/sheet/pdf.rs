//! Pages as one PDF: every page a JPEG picture over the whole sheet, colours meant as sRGB.

use super::Paper;
use crate::photo::Profile;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};

/// Objects a page needs: the page, its picture, what is drawn.
const A_PAGE: i32 = 3;
/// Objects before the pages: catalogue, page tree, facts, colour profile.
const BEFORE: i32 = 4;

/// A page: a JPEG file and its size in pixels.
pub struct Page {
    /// The file.
    pub jpeg: Vec<u8>,
    /// Width and height, pixels.
    pub size: (u32, u32),
}

/// The document's bytes.
pub fn document(title: &str, paper: Paper, pages: &[Page]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let [catalogue, tree, facts, profile] = [1, 2, 3, 4].map(Ref::new);
    let id = |page: usize, part: i32| Ref::new(BEFORE + 1 + page as i32 * A_PAGE + part);
    pdf.catalog(catalogue).pages(tree);
    pdf.document_info(facts)
        .title(TextStr(title))
        .creator(TextStr("Bijou"));
    pdf.pages(tree)
        .kids((0..pages.len()).map(|n| id(n, 0)))
        .count(pages.len() as i32);
    let icc = Profile::Srgb.icc();
    if let Some(icc) = &icc {
        pdf.icc_profile(profile, icc).n(3);
    }
    let (width, height) = paper.points();
    for (n, page) in pages.iter().enumerate() {
        let name = Name(b"Page");
        let mut sheet = pdf.page(id(n, 0));
        sheet.media_box(Rect::new(0.0, 0.0, width, height));
        sheet.parent(tree).contents(id(n, 2));
        sheet.resources().x_objects().pair(name, id(n, 1));
        sheet.finish();
        let mut picture = pdf.image_xobject(id(n, 1), &page.jpeg);
        picture.filter(Filter::DctDecode);
        picture.width(page.size.0 as i32).height(page.size.1 as i32);
        if icc.is_some() {
            picture.color_space().icc_based(profile);
        } else {
            picture.color_space().device_rgb();
        }
        picture.bits_per_component(8);
        picture.finish();
        let mut content = Content::new();
        content.save_state();
        content.transform([width, 0.0, 0.0, height, 0.0, 0.0]);
        content.x_object(name);
        content.restore_state();
        pdf.stream(id(n, 2), &content.finish());
    }
    pdf.finish()
}

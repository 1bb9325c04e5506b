//! Links: of a row of them, which one is the last and which are shown whole.

/// A link of which more than this share is covered is not shown…
const ENOUGH: f32 = 0.45;
/// …but one before the end is whole where no more than this share may be covered, and no more than the other by anything
/// but a jaw: a link is behind a jaw or before it.
const WHOLE: (f32, f32) = (0.6, 0.02);

/// How much of a link is covered or may be, how much by what is no jaw, and how large it is; pixels.
#[derive(Clone, Copy, Default)]
pub struct Link {
    pub hidden: f32,
    pub over: f32,
    pub all: f32,
}

/// How many links are left of a row from the lowest one up: those beyond are rather hidden than seen. One more than there
/// are gaps where all are.
pub fn left(links: &[Link]) -> usize {
    // What is gained by not going on beyond each gap to the next.
    let (mut best, mut end, mut total) = (0.0, links.len(), 0.0);
    for (gap, link) in links.iter().enumerate().skip(1).rev() {
        total += link.hidden - ENOUGH * link.all;
        if total > best {
            (best, end) = (total, gap);
        }
    }
    end
}

/// Which of those that are left are seen whole: the last ones, and all that nothing but a jaw may be in front of.
pub fn whole(left: &[Link]) -> Vec<bool> {
    let partly = |link: &&Link| link.all <= 0.0 || (link.hidden > 0.0 && link.hidden <= ENOUGH * link.all);
    let last = left.len() - left.iter().rev().take_while(partly).count();
    let bare = |link: &Link| link.hidden <= WHOLE.0 * link.all && link.over <= WHOLE.1 * link.all;
    left.iter()
        .enumerate()
        .map(|(i, link)| i >= last || bare(link))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of links of ten pixels, so many of each hidden, and so many by what is no jaw.
    fn row(each: &[(f32, f32)]) -> Vec<Link> {
        each.iter()
            .map(|&(hidden, over)| Link {
                hidden,
                over,
                all: 10.0,
            })
            .collect()
    }

    #[test]
    fn a_row_ends_where_it_is_rather_hidden_than_seen() {
        assert_eq!(left(&row(&[(0.0, 0.0), (0.0, 0.0), (9.0, 0.0), (9.0, 0.0)])), 2);
        assert_eq!(left(&row(&[(0.0, 0.0), (9.0, 9.0), (0.0, 0.0), (0.0, 0.0)])), 4);
        assert_eq!(left(&row(&[(0.0, 0.0)])), 1);
    }

    #[test]
    fn a_jaw_tears_no_link() {
        let torn_by = |over| whole(&row(&[(0.0, 0.0), (5.0, over), (0.0, 0.0)]));
        assert_eq!(torn_by(0.0), [true, true, true], "a jaw's edge");
        assert_eq!(torn_by(5.0), [true, false, true], "a lock of hair");
        assert_eq!(torn_by(1.0), [true, false, true], "what may be hair");
        let behind = whole(&row(&[(0.0, 0.0), (7.0, 0.0), (0.0, 0.0)]));
        assert_eq!(behind, [true, false, true], "a chin");
        let last = whole(&row(&[(0.0, 0.0), (4.0, 4.0), (4.0, 4.0)]));
        assert_eq!(last, [true, true, true], "the last ones are whole");
    }
}

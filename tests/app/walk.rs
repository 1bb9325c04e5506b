//! A long random walk over the document, all the way back and all the way forward again.

use bijou::anchors::{Name, Point};
use bijou::app::history::History;
use bijou::app::state::{Document, Edit, Worn};
use bijou::placement::{Adjustment, Piece};
use bijou::product::Category;
use glam::DVec2;

/// xorshift64*, Vigna 2016: the same walk every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }

    fn number(&mut self) -> f64 {
        self.below(1000) as f64 / 100.0 - 5.0
    }

    fn edit(&mut self, document: &Document) -> Edit {
        let id = format!("product-{}", self.below(6));
        let path = |n: usize| format!("/portraits/{n}.jpg").into();
        match self.below(12) {
            0 => Edit::Open(vec![path(self.below(5)), path(self.below(5))]),
            1 => Edit::Close(self.below(6)),
            2 => Edit::Look(self.below(document.portraits.len() + 2)),
            3 | 4 => Edit::Wear(Worn {
                category: Category::ALL[self.below(4)],
                id,
            }),
            5 => Edit::TakeOff,
            6 | 7 => {
                let adjustment = Adjustment {
                    shift_mm: DVec2::new(self.number(), self.number()),
                    scale: 1.0 + self.number() / 10.0,
                    ..Adjustment::default()
                };
                Edit::Adjust(id, vec![(Piece::ALL[self.below(5)], adjustment)])
            }
            8 => Edit::Straighten(id),
            9 => Edit::Point(Name::ALL[self.below(18)], DVec2::splat(self.number()), points()),
            10 => [Edit::Points, Edit::Strength(self.below(100) as f32 / 100.0)][self.below(2)].clone(),
            _ => [Edit::Favourite(id.clone()), Edit::Style(Some(id))][self.below(2)].clone(),
        }
    }
}

fn points() -> Vec<Point> {
    let point = |name| Point {
        name,
        position: DVec2::splat(10.0),
        sigma: 1.0,
        visible: 1.0,
    };
    Name::ALL.map(point).to_vec()
}

#[test]
fn undo_to_the_start_and_redo_to_the_end_meet_every_state_again() {
    let mut dice = Dice(0x00b1_70b1_70b1_70b1);
    let mut history = History::new(Document::new());
    let mut states = vec![history.document().clone()];
    for step in 0..500 {
        let edit = dice.edit(history.document());
        if history.apply(&edit, Some(step)) {
            states.push(history.document().clone());
        }
        if dice.below(9) == 0 && history.undo() {
            states.pop();
        }
    }
    assert!(states.len() > 200, "the walk went nowhere: {}", states.len());
    for state in states.iter().rev() {
        assert_eq!(history.document(), state);
        history.undo();
    }
    assert!(!history.undo());
    for state in &states {
        assert_eq!(history.document(), state);
        history.redo();
    }
    assert!(!history.redo());
}

#[test]
fn one_drag_is_one_step_and_another_thing_is_another() {
    let mut history = History::new(Document::new().after(&Edit::Open(vec!["/a.jpg".into()])));
    let moved = |id: &str, mm: f64| {
        let adjustment = Adjustment {
            shift_mm: DVec2::splat(mm),
            ..Adjustment::default()
        };
        Edit::Adjust(id.into(), vec![(Piece::Tiara, adjustment)])
    };
    for mm in [1.0, 2.0, 3.0] {
        history.apply(&moved("a", mm), Some(7));
    }
    history.apply(&moved("b", 1.0), Some(7));
    history.apply(&moved("b", 2.0), Some(8));
    assert_eq!(history.steps().len(), 3);
}

#[test]
fn only_one_of_a_kind_is_worn_but_necklaces_lie_over_each_other() {
    let wear = |document: Document, id: &str, category| {
        document.after(&Edit::Wear(Worn {
            id: id.into(),
            category,
        }))
    };
    let mut document = Document::new();
    for (id, category) in [
        ("drop", Category::Earring),
        ("hoop", Category::Earring),
        ("strand", Category::Necklace),
        ("choker", Category::Necklace),
        ("strand", Category::Necklace),
    ] {
        document = wear(document, id, category);
    }
    let worn: Vec<_> = document.worn.iter().map(|w| w.id.as_str()).collect();
    assert_eq!(worn, ["hoop", "choker"]);
}

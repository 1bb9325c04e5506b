//! The look of the window: every colour, distance and radius, dark and light, and how the toolkit's own widgets
//! are dressed in them.

use eframe::egui::{
    self, Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Visuals,
    style::{HandleShape, ScrollStyle, WidgetVisuals, Widgets},
    vec2,
};
use serde::{Deserialize, Serialize};

/// The grid everything sits on.
pub const GRID: f32 = 8.0;
/// Heights of the bars and widths of the panels, all multiples of [`GRID`].
pub const TOP: f32 = 56.0;
/// See [`TOP`].
pub const STATUS: f32 = 32.0;
/// See [`TOP`].
pub const STRIP: f32 = 104.0;
/// See [`TOP`].
pub const LEFT: f32 = 272.0;
/// See [`TOP`].
pub const RIGHT: f32 = 280.0;
/// Space between a panel's edge and what it holds.
pub const MARGIN: i8 = 16;
/// Height of anything that is clicked.
pub const TOUCH: f32 = 32.0;
/// Corners of cards and buttons.
pub const RADIUS: u8 = 8;
/// Corners of small things.
pub const SMALL_RADIUS: u8 = 5;

/// Dark or light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Near-black warm grey.
    #[default]
    Dark,
    /// Paper.
    Light,
}

impl Theme {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Dark,
        }
    }

    /// Its colours.
    pub fn palette(self) -> Palette {
        match self {
            Self::Dark => DARK,
            Self::Light => LIGHT,
        }
    }
}

/// The colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Dark?
    pub dark: bool,
    /// Behind the picture.
    pub canvas: Color32,
    /// Panels and bars.
    pub panel: Color32,
    /// Fields and cards on a panel.
    pub card: Color32,
    /// The same under the pointer.
    pub card_hover: Color32,
    /// Behind artwork.
    pub ground: Color32,
    /// Dividing lines.
    pub line: Color32,
    /// Text.
    pub ink: Color32,
    /// Labels.
    pub soft: Color32,
    /// Hints.
    pub faint: Color32,
    /// The one accent.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Something went wrong.
    pub alert: Color32,
    /// Behind dialogs.
    pub veil: Color32,
}

const DARK: Palette = Palette {
    dark: true,
    canvas: Color32::from_rgb(15, 14, 12),
    panel: Color32::from_rgb(25, 23, 21),
    card: Color32::from_rgb(36, 33, 30),
    card_hover: Color32::from_rgb(46, 42, 38),
    ground: Color32::from_rgb(41, 38, 35),
    line: Color32::from_rgb(44, 41, 37),
    ink: Color32::from_rgb(237, 231, 222),
    soft: Color32::from_rgb(172, 163, 151),
    faint: Color32::from_rgb(128, 120, 110),
    accent: Color32::from_rgb(205, 172, 110),
    on_accent: Color32::from_rgb(28, 23, 14),
    alert: Color32::from_rgb(222, 125, 102),
    veil: Color32::from_rgba_premultiplied(6, 5, 4, 170),
};

const LIGHT: Palette = Palette {
    dark: false,
    canvas: Color32::from_rgb(233, 228, 219),
    panel: Color32::from_rgb(249, 246, 240),
    card: Color32::from_rgb(239, 234, 225),
    card_hover: Color32::from_rgb(231, 224, 213),
    ground: Color32::from_rgb(240, 236, 228),
    line: Color32::from_rgb(226, 219, 208),
    ink: Color32::from_rgb(44, 38, 31),
    soft: Color32::from_rgb(108, 99, 88),
    faint: Color32::from_rgb(142, 132, 119),
    accent: Color32::from_rgb(150, 112, 48),
    on_accent: Color32::from_rgb(255, 251, 243),
    alert: Color32::from_rgb(176, 66, 44),
    veil: Color32::from_rgba_premultiplied(36, 33, 29, 110),
};

/// Sizes of text.
pub mod text {
    use super::{FontFamily, FontId};

    /// Small notes.
    pub fn small() -> FontId {
        FontId::new(11.5, FontFamily::Proportional)
    }

    /// Labels and buttons.
    pub fn body() -> FontId {
        FontId::new(13.0, FontFamily::Proportional)
    }

    /// Titles of panels.
    pub fn title() -> FontId {
        FontId::new(15.0, FontFamily::Proportional)
    }

    /// Titles of dialogs.
    pub fn large() -> FontId {
        FontId::new(20.0, FontFamily::Proportional)
    }
}

/// Dresses the whole window.
pub fn dress(ctx: &egui::Context, theme: Theme) {
    ctx.set_theme(match theme {
        Theme::Dark => egui::Theme::Dark,
        Theme::Light => egui::Theme::Light,
    });
    for theme in [Theme::Dark, Theme::Light] {
        let style = style(&theme.palette());
        ctx.set_style_of(
            match theme {
                Theme::Dark => egui::Theme::Dark,
                Theme::Light => egui::Theme::Light,
            },
            style,
        );
    }
}

fn style(palette: &Palette) -> Style {
    let mut style = Style {
        text_styles: [
            (TextStyle::Small, text::small()),
            (TextStyle::Body, text::body()),
            (TextStyle::Button, text::body()),
            (TextStyle::Heading, text::title()),
            (TextStyle::Monospace, FontId::new(12.0, FontFamily::Monospace)),
        ]
        .into(),
        visuals: visuals(palette),
        animation_time: 0.12,
        ..Style::default()
    };
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(GRID, GRID);
    spacing.button_padding = vec2(12.0, 6.0);
    spacing.interact_size = vec2(TOUCH, TOUCH - 4.0);
    spacing.window_margin = Margin::same(24);
    spacing.menu_margin = Margin::same(8);
    spacing.slider_rail_height = 3.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    spacing.combo_height = 320.0;
    spacing.tooltip_width = 320.0;
    spacing.scroll = ScrollStyle {
        bar_width: 6.0,
        floating_width: 3.0,
        ..ScrollStyle::floating()
    };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.5;
    style
}

fn visuals(p: &Palette) -> Visuals {
    let state = |fill: Color32, ink: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::NONE,
        corner_radius: CornerRadius::same(RADIUS),
        fg_stroke: Stroke::new(1.0, ink),
        expansion: 0.0,
    };
    let shadow = Shadow {
        offset: [0, 8],
        blur: 32,
        spread: 0,
        color: Color32::from_black_alpha(if p.dark { 120 } else { 40 }),
    };
    let mut visuals = if p.dark { Visuals::dark() } else { Visuals::light() };
    visuals.widgets = Widgets {
        noninteractive: WidgetVisuals {
            bg_stroke: Stroke::new(1.0, p.line),
            ..state(p.panel, p.ink)
        },
        inactive: state(p.card, p.ink),
        hovered: state(p.card_hover, p.ink),
        active: WidgetVisuals {
            bg_stroke: Stroke::new(1.5, p.accent),
            ..state(p.card_hover, p.ink)
        },
        open: state(p.card_hover, p.ink),
    };
    visuals.selection.bg_fill = p.accent.gamma_multiply(if p.dark { 0.28 } else { 0.30 });
    visuals.selection.stroke = Stroke::new(1.0, p.accent);
    visuals.weak_text_color = Some(p.soft);
    visuals.hyperlink_color = p.accent;
    visuals.faint_bg_color = p.card;
    visuals.extreme_bg_color = p.card;
    visuals.text_edit_bg_color = Some(p.card);
    visuals.code_bg_color = p.card;
    visuals.warn_fg_color = p.accent;
    visuals.error_fg_color = p.alert;
    visuals.window_corner_radius = CornerRadius::same(12);
    visuals.menu_corner_radius = CornerRadius::same(10);
    visuals.window_fill = p.panel;
    visuals.panel_fill = p.panel;
    visuals.window_stroke = Stroke::new(1.0, p.line);
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.slider_trailing_fill = true;
    visuals.handle_shape = HandleShape::Circle;
    visuals.text_cursor.stroke = Stroke::new(1.5, p.accent);
    visuals
}

//! How the window looks: fonts, type scale, spacing and colours, all read from one file of design tokens
//! (`assets/theme.json`), so that no widget carries a colour or a size of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use eframe::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, Style,
    TextStyle, Theme, Ui, Vec2, vec2,
};
use serde::{Deserialize, Deserializer, Serialize};

/// The design tokens, as the data file holds them.
#[derive(Debug, Deserialize)]
pub struct Tokens {
    /// Sizes of type, in points.
    #[serde(rename = "type")]
    pub type_size: TypeSizes,
    /// Distances, in points.
    pub space: Spaces,
    /// Corner radii, in points.
    pub radius: Radii,
    /// Sizes of the window's parts, in points.
    pub size: Sizes,
    /// Colours by day.
    pub light: Palette,
    /// Colours by night.
    pub dark: Palette,
    /// Colours by day, for those who need more contrast.
    pub light_contrast: Palette,
    /// Colours by night, for those who need more contrast.
    pub dark_contrast: Palette,
}

/// Sizes of type, in points.
#[derive(Debug, Deserialize)]
pub struct TypeSizes {
    /// Large figures.
    pub display: f32,
    /// A screen's name.
    pub title: f32,
    /// A section's name.
    pub heading: f32,
    /// Everything that is read.
    pub body: f32,
    /// What stands beside.
    pub small: f32,
    /// Column headings, field names.
    pub caption: f32,
    /// Numbers that identify.
    pub mono: f32,
}

/// Distances on a grid of four points.
#[derive(Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Spaces {
    pub xs: f32,
    pub s: f32,
    pub m: f32,
    pub l: f32,
    pub xl: f32,
    pub xxl: f32,
}

/// Corner radii.
#[derive(Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Radii {
    pub small: u8,
    pub medium: u8,
    pub large: u8,
}

/// Sizes of the window's parts.
#[derive(Debug, Deserialize)]
pub struct Sizes {
    /// Height of a button or field.
    pub control: f32,
    /// Height of a table's row.
    pub row: f32,
    /// Width of the navigation rail.
    pub rail: f32,
    /// Its width where the window is narrow.
    pub rail_narrow: f32,
    /// Height of the bar at the top.
    pub top_bar: f32,
}

/// The colours of one theme, by what they are for.
#[derive(Debug, Deserialize)]
pub struct Palette {
    /// Behind everything.
    #[serde(deserialize_with = "colour")]
    pub canvas: Color32,
    /// Behind the navigation rail.
    #[serde(deserialize_with = "colour")]
    pub rail: Color32,
    /// A card, a table, a field.
    #[serde(deserialize_with = "colour")]
    pub surface: Color32,
    /// A dialog, a menu.
    #[serde(deserialize_with = "colour")]
    pub raised: Color32,
    /// A table's heading, a well.
    #[serde(deserialize_with = "colour")]
    pub sunken: Color32,
    /// Under the pointer.
    #[serde(deserialize_with = "colour")]
    pub hover: Color32,
    /// The chosen row.
    #[serde(deserialize_with = "colour")]
    pub selected: Color32,
    /// Quiet lines.
    #[serde(deserialize_with = "colour")]
    pub line: Color32,
    /// The outline of what can be used.
    #[serde(deserialize_with = "colour")]
    pub line_strong: Color32,
    /// What is read.
    #[serde(deserialize_with = "colour")]
    pub text: Color32,
    /// What stands beside it.
    #[serde(deserialize_with = "colour")]
    pub secondary: Color32,
    /// Names of fields, hints.
    #[serde(deserialize_with = "colour")]
    pub muted: Color32,
    /// The one colour that says "do this".
    #[serde(deserialize_with = "colour")]
    pub accent: Color32,
    /// The same, under the pointer.
    #[serde(deserialize_with = "colour")]
    pub accent_hover: Color32,
    /// Text on the accent.
    #[serde(deserialize_with = "colour")]
    pub on_accent: Color32,
    /// The accent as text.
    #[serde(deserialize_with = "colour")]
    pub accent_text: Color32,
    /// The focus ring.
    #[serde(deserialize_with = "colour")]
    pub focus: Color32,
    /// Nothing to say.
    pub neutral: ToneColours,
    /// Worth knowing.
    pub info: ToneColours,
    /// Good.
    pub positive: ToneColours,
    /// Beware.
    pub warning: ToneColours,
    /// Wrong, or cannot be undone.
    pub danger: ToneColours,
    /// How dark shadows are, 0 to 255.
    pub shadow_alpha: u8,
}

/// The colours of a tone.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct ToneColours {
    /// Text and icons, on `soft` and on any background.
    #[serde(deserialize_with = "colour")]
    pub text: Color32,
    /// A quiet background.
    #[serde(deserialize_with = "colour")]
    pub soft: Color32,
    /// Its outline.
    #[serde(deserialize_with = "colour")]
    pub line: Color32,
    /// Bars, dots: shapes, not text.
    #[serde(deserialize_with = "colour")]
    pub solid: Color32,
}

/// What a colour is to say. Never alone: an icon or a word says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Nothing to say.
    Neutral,
    /// Worth knowing.
    Info,
    /// Good.
    Positive,
    /// Beware.
    Warning,
    /// Wrong, or cannot be undone.
    Danger,
}

impl Palette {
    /// The colours of a tone.
    pub fn tone(&self, tone: Tone) -> ToneColours {
        match tone {
            Tone::Neutral => self.neutral,
            Tone::Info => self.info,
            Tone::Positive => self.positive,
            Tone::Warning => self.warning,
            Tone::Danger => self.danger,
        }
    }
}

fn colour<'de, D: Deserializer<'de>>(from: D) -> Result<Color32, D::Error> {
    let text = String::deserialize(from)?;
    Color32::from_hex(&text).map_err(|_| serde::de::Error::custom(format!("not a colour: {text}")))
}

/// The design tokens. Parsed once; a test keeps the file sound, and it is compiled in.
pub fn tokens() -> &'static Tokens {
    static TOKENS: OnceLock<Tokens> = OnceLock::new();
    TOKENS.get_or_init(|| match serde_json::from_str(include_str!("../../assets/theme.json")) {
        Ok(tokens) => tokens,
        Err(error) => unreachable!("assets/theme.json is compiled in and tested: {error}"),
    })
}

/// The colours of the theme this part of the window is drawn in.
pub fn palette(ui: &Ui) -> &'static Palette {
    palette_of(ui.visuals())
}

/// The colours behind a look: those whose canvas it is painted on.
pub fn palette_of(visuals: &egui::Visuals) -> &'static Palette {
    let contrast = colours(visuals.dark_mode, true);
    if contrast.canvas == visuals.panel_fill { contrast } else { colours(visuals.dark_mode, false) }
}

/// The colours of the dark or the light theme, with more contrast or as they are.
fn colours(dark: bool, contrast: bool) -> &'static Palette {
    let tokens = tokens();
    match (dark, contrast) {
        (false, false) => &tokens.light,
        (true, false) => &tokens.dark,
        (false, true) => &tokens.light_contrast,
        (true, true) => &tokens.dark_contrast,
    }
}

/// Whether more contrast is asked for.
pub fn has_contrast(ctx: &egui::Context) -> bool {
    let style = ctx.global_style();
    colours(style.visuals.dark_mode, true).canvas == style.visuals.panel_fill
}

/// Distances on the grid.
pub fn space() -> &'static Spaces {
    &tokens().space
}

/// Which theme the user asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// As the system is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Preference {
    /// Every preference.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// As egui names it.
    pub fn egui(self) -> egui::ThemePreference {
        match self {
            Self::System => egui::ThemePreference::System,
            Self::Light => egui::ThemePreference::Light,
            Self::Dark => egui::ThemePreference::Dark,
        }
    }
}

/// Inter at medium weight.
pub fn medium() -> FontFamily {
    FontFamily::Name("medium".into())
}

/// Inter at semi-bold weight.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// A font of the type scale.
pub fn font(style: Type) -> FontId {
    let sizes = &tokens().type_size;
    match style {
        Type::Display => FontId::new(sizes.display, semibold()),
        Type::Title => FontId::new(sizes.title, semibold()),
        Type::Heading => FontId::new(sizes.heading, semibold()),
        Type::Strong => FontId::new(sizes.body, medium()),
        Type::Body => FontId::new(sizes.body, FontFamily::Proportional),
        Type::Small => FontId::new(sizes.small, FontFamily::Proportional),
        Type::SmallStrong => FontId::new(sizes.small, medium()),
        Type::Caption => FontId::new(sizes.caption, medium()),
        Type::Mono => FontId::new(sizes.mono, FontFamily::Monospace),
        Type::SmallMono => FontId::new(sizes.caption, FontFamily::Monospace),
    }
}

/// The type scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// Large figures.
    Display,
    /// A screen's name.
    Title,
    /// A section's name.
    Heading,
    /// Body, with weight.
    Strong,
    /// Everything that is read.
    Body,
    /// What stands beside.
    Small,
    /// What stands beside, with weight.
    SmallStrong,
    /// Column headings, field names.
    Caption,
    /// Numbers that identify: CHI, Mosaic id, hashes.
    Mono,
    /// The same, small.
    SmallMono,
}

/// Sets up a context: fonts, both themes, and the habits of the window.
pub fn apply(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    set_contrast(ctx, false);
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

/// Draws both themes with more contrast, or as they are.
pub fn set_contrast(ctx: &egui::Context, contrast: bool) {
    ctx.set_style_of(Theme::Light, style(false, contrast));
    ctx.set_style_of(Theme::Dark, style(true, contrast));
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let bundled: [(&str, &'static [u8]); 4] = [
        ("inter", include_bytes!("../../assets/fonts/Inter-Regular.otf")),
        ("inter-medium", include_bytes!("../../assets/fonts/Inter-Medium.otf")),
        ("inter-semibold", include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
        ("jetbrains-mono", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf")),
    ];
    for (name, bytes) in bundled {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    // The fonts that egui brings stay behind ours: they draw what ours lack.
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let with = |first: &[&str]| first.iter().map(|s| (*s).to_owned()).chain(fallback.clone()).collect::<Vec<_>>();
    fonts.families.insert(FontFamily::Proportional, with(&["inter"]));
    fonts.families.insert(medium(), with(&["inter-medium", "inter"]));
    fonts.families.insert(semibold(), with(&["inter-semibold", "inter"]));
    fonts.families.insert(FontFamily::Monospace, with(&["jetbrains-mono", "inter"]));
    fonts
}

fn style(dark: bool, contrast: bool) -> Style {
    let tokens = tokens();
    let palette = colours(dark, contrast);
    let mut style =
        Style { visuals: if dark { egui::Visuals::dark() } else { egui::Visuals::light() }, ..Style::default() };

    style.text_styles = BTreeMap::from([
        (TextStyle::Heading, font(Type::Title)),
        (TextStyle::Body, font(Type::Body)),
        (TextStyle::Button, font(Type::Strong)),
        (TextStyle::Small, font(Type::Small)),
        (TextStyle::Monospace, font(Type::Mono)),
    ]);
    style.animation_time = 0.08;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;

    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(tokens.space.s, tokens.space.s);
    spacing.button_padding = vec2(tokens.space.m, 6.0);
    spacing.interact_size = vec2(40.0, tokens.size.control);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(20);
    spacing.combo_width = 160.0;
    spacing.combo_height = 320.0;
    spacing.text_edit_width = 280.0;
    spacing.icon_width = 18.0;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = 8.0;
    spacing.tooltip_width = 360.0;
    spacing.scroll = egui::style::ScrollStyle::floating();
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.active_handle_opacity = 0.35;
    spacing.scroll.interact_handle_opacity = 0.6;
    spacing.scroll.active_background_opacity = 0.0;
    spacing.scroll.interact_background_opacity = 0.0;
    spacing.scroll.floating_allocated_width = 0.0;

    let radius = CornerRadius::same(tokens.radius.medium);
    let visuals = &mut style.visuals;
    visuals.dark_mode = dark;
    visuals.panel_fill = palette.canvas;
    visuals.window_fill = palette.raised;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.window_corner_radius = CornerRadius::same(tokens.radius.large);
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.window_shadow = shadow(palette, 24);
    visuals.popup_shadow = shadow(palette, 12);
    visuals.extreme_bg_color = palette.surface;
    visuals.text_edit_bg_color = Some(palette.surface);
    visuals.faint_bg_color = palette.sunken;
    visuals.code_bg_color = palette.sunken;
    visuals.hyperlink_color = palette.accent_text;
    visuals.warn_fg_color = palette.warning.text;
    visuals.error_fg_color = palette.danger.text;
    visuals.weak_text_color = Some(palette.muted);
    visuals.selection.bg_fill = palette.selected;
    visuals.selection.stroke = Stroke::new(1.0, palette.accent_text);
    visuals.text_cursor.stroke = Stroke::new(1.5, palette.accent);
    visuals.handle_shape = egui::style::HandleShape::Circle;
    visuals.disabled_alpha = 0.45;
    visuals.striped = false;

    let widgets = &mut visuals.widgets;
    for (widget, fill, line, text) in [
        (&mut widgets.noninteractive, palette.surface, palette.line, palette.text),
        (&mut widgets.inactive, palette.surface, palette.line_strong, palette.text),
        (&mut widgets.hovered, palette.hover, palette.line_strong, palette.text),
        (&mut widgets.active, palette.hover, palette.focus, palette.text),
        (&mut widgets.open, palette.hover, palette.line_strong, palette.text),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, line);
        widget.fg_stroke = Stroke::new(1.0, text);
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
    // What has the keyboard shows it: egui draws a focused widget as an active one.
    widgets.active.bg_stroke = Stroke::new(2.0, palette.focus);
    style
}

fn shadow(palette: &Palette, blur: u8) -> Shadow {
    Shadow { offset: [0, (blur / 4) as i8], blur, spread: 0, color: Color32::from_black_alpha(palette.shadow_alpha) }
}

/// A size on both axes.
pub fn square(side: f32) -> Vec2 {
    Vec2::splat(side)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Relative luminance and contrast as WCAG 2.2 defines them.
    fn contrast(one: Color32, other: Color32) -> f64 {
        let luminance = |c: Color32| {
            let channel = |v: u8| {
                let v = f64::from(v) / 255.0;
                if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * channel(c.r()) + 0.7152 * channel(c.g()) + 0.0722 * channel(c.b())
        };
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_is_legible_on_every_background_it_can_stand_on() {
        assert!((contrast(Color32::WHITE, Color32::BLACK) - 21.0).abs() < 0.01);
        for (theme, p, least) in themes() {
            let grounds = [
                ("canvas", p.canvas),
                ("rail", p.rail),
                ("surface", p.surface),
                ("raised", p.raised),
                ("sunken", p.sunken),
                ("hover", p.hover),
                ("selected", p.selected),
            ];
            let tones = [p.neutral, p.info, p.positive, p.warning, p.danger];
            let texts = [p.text, p.secondary, p.muted, p.accent_text];
            for (name, ground) in grounds {
                for text in texts.into_iter().chain(tones.map(|t| t.text)) {
                    let ratio = contrast(text, ground);
                    assert!(ratio >= least, "{theme}: {text:?} on {name} has {ratio:.2}");
                }
                assert!(contrast(p.focus, ground) >= 3.0, "{theme}: focus ring on {name}");
            }
            for tone in tones {
                let ratio = contrast(tone.text, tone.soft);
                assert!(ratio >= least, "{theme}: {:?} on its soft ground has {ratio:.2}", tone.text);
            }
            for ground in [p.accent, p.accent_hover] {
                assert!(contrast(p.on_accent, ground) >= 4.5, "{theme}: text on the accent");
            }
        }
    }

    /// Every theme, and the least contrast of its text: WCAG's AA, and AAA where more is asked for.
    fn themes() -> [(&'static str, &'static Palette, f64); 4] {
        let tokens = tokens();
        [
            ("light", &tokens.light, 4.5),
            ("dark", &tokens.dark, 4.5),
            ("light, high contrast", &tokens.light_contrast, 7.0),
            ("dark, high contrast", &tokens.dark_contrast, 7.0),
        ]
    }

    #[test]
    fn every_mark_and_every_outline_of_a_control_stands_out_from_what_is_behind_it() {
        for (theme, p, _) in themes() {
            let tones = [p.neutral, p.info, p.positive, p.warning, p.danger];
            let grounds = [
                ("canvas", p.canvas),
                ("surface", p.surface),
                ("raised", p.raised),
                ("sunken", p.sunken),
                ("hover", p.hover),
            ];
            for (name, ground) in grounds {
                let outline = contrast(p.line_strong, ground);
                assert!(outline >= 3.0, "{theme}: the outline of a control on {name} has {outline:.2}");
                let accent = contrast(p.accent, ground);
                assert!(accent >= 3.0, "{theme}: the accent on {name} has {accent:.2}");
            }
            for tone in tones {
                // Underlines, bars and dots: on a card, on the tone's own ground, and on the track of a bar
                for (name, ground) in
                    [("surface", p.surface), ("raised", p.raised), ("soft", tone.soft), ("line", p.line)]
                {
                    if name == "line" && theme.contains("contrast") {
                        continue; // There a track is an outline, not a ground
                    }
                    let mark = contrast(tone.solid, ground);
                    assert!(mark >= 3.0, "{theme}: the mark {:?} on {name} has {mark:.2}", tone.solid);
                }
            }
        }
    }

    #[test]
    fn more_contrast_is_had_in_both_themes_and_given_up_again() {
        let ctx = egui::Context::default();
        apply(&ctx);
        for theme in [Theme::Light, Theme::Dark] {
            ctx.set_theme(theme);
            for wanted in [true, false] {
                set_contrast(&ctx, wanted);
                assert_eq!(has_contrast(&ctx), wanted);
                let dark = theme == Theme::Dark;
                assert!(std::ptr::eq(palette_of(&ctx.global_style().visuals), colours(dark, wanted)));
            }
        }
    }

    #[test]
    fn the_fonts_draw_what_the_interface_writes() {
        let ctx = egui::Context::default();
        apply(&ctx);
        let mut asked = Vec::new();
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for style in [Type::Body, Type::Strong, Type::Heading, Type::Mono] {
                let font = font(style);
                let all = ui.ctx().fonts_mut(|f| {
                    "0123456789 abcxyzÀéöñçřŵ …–—·×→←↑↓‘’“”≥≤±✓⌘⇧⏎"
                        .chars()
                        .filter(|c| !f.has_glyph(&font, *c))
                        .collect::<String>()
                });
                asked.push((style, all));
            }
        });
        output.textures_delta.clear();
        assert!(asked.iter().all(|(_, missing)| missing.is_empty()), "{asked:?}");
    }
}

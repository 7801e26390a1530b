//! Small line icons, drawn as vectors on a grid of 16 so that they are crisp at every zoom.

use eframe::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2, epaint::CubicBezierShape, pos2};

/// An icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // their names say what they show
pub enum Icon {
    Home,
    Gauge,
    Upload,
    Link,
    Scale,
    Copies,
    Layers,
    Send,
    Clock,
    People,
    Search,
    Check,
    Cross,
    Question,
    Flag,
    Warning,
    Info,
    Undo,
    Redo,
    Lock,
    Close,
    Plus,
    Folder,
    File,
    ChevronRight,
    ChevronDown,
    ChevronLeft,
    ArrowRight,
    ArrowLeft,
    ArrowUp,
    ArrowDown,
    Keyboard,
    Command,
    Comment,
    Eye,
    Play,
    Stop,
    Shield,
    Swap,
    Minus,
    Dot,
    Sun,
    Moon,
    Settings,
    Save,
    Pencil,
    Twin,
    Deceased,
    Pin,
    Sparkle,
    Equal,
    Approx,
    NotEqual,
    Blank,
    Merge,
    Signature,
    Table,
    Door,
}

impl Icon {
    /// The strokes: `M x y` begins, `L x y` goes on, `C …` curves, `Z` closes, `O x y r` is a circle, `D x y r` a dot.
    fn path(self) -> &'static str {
        match self {
            Self::Home => "M2.5 7 L8 2.5 L13.5 7 M4 6 L4 13 L12 13 L12 6 M6.5 13 L6.5 9.5 L9.5 9.5 L9.5 13",
            Self::Gauge => "M2.5 13 L2.5 8.5 M6.2 13 L6.2 4.5 M9.8 13 L9.8 7 M13.5 13 L13.5 2.5",
            Self::Upload => "M2.5 10.5 L2.5 13.5 L13.5 13.5 L13.5 10.5 M8 2.5 L8 9.8 M4.8 6.8 L8 10 L11.2 6.8",
            Self::Link => {
                "M6.6 9.4 L9.4 6.6 M7.2 4.7 L8.9 3 C10 1.9 11.9 1.9 13 3 C14.1 4.1 14.1 6 13 7.1 L11.3 8.8 M8.8 11.3 L7.1 13 C6 14.1 4.1 14.1 3 13 C1.9 11.9 1.9 10 3 8.9 L4.7 7.2"
            }
            Self::Scale => {
                "M8 2.5 L8 13.5 M5 13.5 L11 13.5 M2.8 4.5 L13.2 4.5 M3.6 4.5 L1.8 9 C2 10.4 5.2 10.4 5.4 9 Z M12.4 4.5 L10.6 9 C10.8 10.4 14 10.4 14.2 9 Z"
            }
            Self::Copies => {
                "M5.5 5.5 L13.5 5.5 L13.5 13.5 L5.5 13.5 Z M10.5 5.5 L10.5 2.5 L2.5 2.5 L2.5 10.5 L5.5 10.5"
            }
            Self::Layers => "M8 2 L14 5.2 L8 8.4 L2 5.2 Z M2 8.2 L8 11.4 L14 8.2 M2 11 L8 14.2 L14 11",
            Self::Send => "M13.8 2.2 L1.8 6.6 L6.8 9.2 L9.4 14.2 Z M13.8 2.2 L6.8 9.2",
            Self::Clock => "O8 8 5.8 M8 4.6 L8 8 L10.4 9.6",
            Self::People => {
                "O6 5 2.5 M1.5 13.5 C1.5 8.6 10.5 8.6 10.5 13.5 M10.4 2.8 C12.8 3.2 12.8 6.8 10.4 7.2 M12.2 9.7 C13.8 10.2 14.5 11.6 14.5 13.5"
            }
            Self::Search => "O7 7 4.5 M10.3 10.3 L14 14",
            Self::Check => "M2.8 8.6 L6.4 12 L13.2 4.2",
            Self::Cross => "M3.8 3.8 L12.2 12.2 M12.2 3.8 L3.8 12.2",
            Self::Question => "M5 5.6 C5 1.6 11 1.6 11 5.4 C11 7.8 8 7.8 8 10.2 D8 13 0.95",
            Self::Flag => "M3.5 14 L3.5 2.5 M3.5 3 L12.5 3 L10.5 6 L12.5 9 L3.5 9",
            Self::Warning => "M8 2.4 L14.4 13.4 L1.6 13.4 Z M8 6.4 L8 9.6 D8 11.5 0.85",
            Self::Info => "O8 8 5.8 M8 7.4 L8 11.2 D8 5 0.85",
            Self::Undo => "M5.6 2.8 L2.4 6 L5.6 9.2 M2.6 6 L9.6 6 C15 6 15 13.2 9.6 13.2 L6 13.2",
            Self::Redo => "M10.4 2.8 L13.6 6 L10.4 9.2 M13.4 6 L6.4 6 C1 6 1 13.2 6.4 13.2 L10 13.2",
            Self::Lock => {
                "M3.5 7.2 L12.5 7.2 L12.5 13.5 L3.5 13.5 Z M5.4 7.2 L5.4 5 C5.4 1.6 10.6 1.6 10.6 5 L10.6 7.2"
            }
            Self::Close => "M4.4 4.4 L11.6 11.6 M11.6 4.4 L4.4 11.6",
            Self::Plus => "M8 3 L8 13 M3 8 L13 8",
            Self::Folder => "M1.8 12.8 L1.8 3.4 L6.2 3.4 L7.8 5.2 L14.2 5.2 L14.2 12.8 Z",
            Self::File => "M3.5 1.8 L9.5 1.8 L12.5 4.8 L12.5 14.2 L3.5 14.2 Z M9.3 2 L9.3 5 L12.3 5",
            Self::ChevronRight => "M6 3.5 L10.5 8 L6 12.5",
            Self::ChevronLeft => "M10 3.5 L5.5 8 L10 12.5",
            Self::ChevronDown => "M3.5 6 L8 10.5 L12.5 6",
            Self::ArrowRight => "M2.5 8 L13.2 8 M9 3.8 L13.2 8 L9 12.2",
            Self::ArrowLeft => "M13.5 8 L2.8 8 M7 3.8 L2.8 8 L7 12.2",
            Self::ArrowUp => "M8 13.5 L8 2.8 M3.8 7 L8 2.8 L12.2 7",
            Self::ArrowDown => "M8 2.5 L8 13.2 M3.8 9 L8 13.2 L12.2 9",
            Self::Keyboard => {
                "M1.5 4 L14.5 4 L14.5 12 L1.5 12 Z M5 9.6 L11 9.6 D4 6.6 0.7 D6.7 6.6 0.7 D9.3 6.6 0.7 D12 6.6 0.7"
            }
            Self::Command => "M2.5 4 L6 8 L2.5 12 M8 12.2 L13.5 12.2",
            Self::Comment => "M2 3 L14 3 L14 11 L7.5 11 L4.5 13.8 L4.5 11 L2 11 Z",
            Self::Eye => "M1.4 8 C4.4 2.4 11.6 2.4 14.6 8 C11.6 13.6 4.4 13.6 1.4 8 Z O8 8 2.1",
            Self::Play => "M4.5 2.8 L13 8 L4.5 13.2 Z",
            Self::Stop => {
                "M5.6 2.5 L10.4 2.5 L13.5 5.6 L13.5 10.4 L10.4 13.5 L5.6 13.5 L2.5 10.4 L2.5 5.6 Z M5.5 8 L10.5 8"
            }
            Self::Shield => {
                "M8 1.8 L13.4 3.6 L13.4 8 C13.4 11 11 13.2 8 14.2 C5 13.2 2.6 11 2.6 8 L2.6 3.6 Z M5.6 8 L7.4 9.8 L10.6 6.2"
            }
            Self::Swap => "M2.5 5.5 L13 5.5 M10.2 2.7 L13 5.5 L10.2 8.3 M13.5 10.8 L3 10.8 M5.8 8 L3 10.8 L5.8 13.6",
            Self::Minus => "M3 8 L13 8",
            Self::Dot => "D8 8 2.6",
            Self::Sun => {
                "O8 8 2.8 M8 1.2 L8 2.6 M8 13.4 L8 14.8 M1.2 8 L2.6 8 M13.4 8 L14.8 8 M3.2 3.2 L4.2 4.2 M11.8 11.8 L12.8 12.8 M3.2 12.8 L4.2 11.8 M11.8 4.2 L12.8 3.2"
            }
            Self::Moon => "M13.4 9.6 C11.4 14.4 3.6 14.4 2.6 8.4 C2.2 5 4.4 2.6 6.6 2.2 C5 6.4 8.4 11 13.4 9.6 Z",
            Self::Settings => "M2 4.6 L14 4.6 M2 11.4 L14 11.4 D5.4 4.6 2.1 D10.6 11.4 2.1",
            Self::Save => {
                "M2.5 2.5 L11 2.5 L13.5 5 L13.5 13.5 L2.5 13.5 Z M5 13.3 L5 9 L11 9 L11 13.3 M5.5 2.7 L5.5 5.2 L9.5 5.2"
            }
            Self::Pencil => "M2.5 13.5 L3.2 10.4 L10.8 2.8 L13.2 5.2 L5.6 12.8 Z M9 4.6 L11.4 7",
            Self::Twin => "O5 5.2 2.3 O11 5.2 2.3 M1.4 13.2 C1.4 8.8 8 8.8 8 13.2 M8 13.2 C8 8.8 14.6 8.8 14.6 13.2",
            Self::Deceased => "M8 2 L8 14 M4.8 5.6 L11.2 5.6",
            Self::Pin => "M8 14.2 C3.8 9.6 3 8 3 6.4 C3 0.4 13 0.4 13 6.4 C13 8 12.2 9.6 8 14.2 Z O8 6.4 1.7",
            Self::Sparkle => {
                "M8 1.8 C8.6 6 10 7.4 14.2 8 C10 8.6 8.6 10 8 14.2 C7.4 10 6 8.6 1.8 8 C6 7.4 7.4 6 8 1.8 Z"
            }
            Self::Equal => "M3.5 6 L12.5 6 M3.5 10 L12.5 10",
            Self::Approx => {
                "M3 6.4 C5 3.8 6.4 4.6 8 5.8 C9.6 7 11 7.4 13 5 M3 11 C5 8.4 6.4 9.2 8 10.4 C9.6 11.6 11 12 13 9.6"
            }
            Self::NotEqual => "M3.5 6 L12.5 6 M3.5 10 L12.5 10 M10.6 3 L5.4 13",
            Self::Blank => "O8 8 4.6 M4.8 11.2 L11.2 4.8",
            Self::Merge => {
                "M3.5 2.5 L3.5 5 C3.5 8 8 7 8 10 L8 13.5 M12.5 2.5 L12.5 5 C12.5 8 8 7 8 10 M5.6 11.2 L8 13.6 L10.4 11.2"
            }
            Self::Signature => {
                "M2 13.5 L14 13.5 M2.5 10.5 C5.5 8 7.5 2.4 5.8 2.2 C4 2 4.6 10.6 6.6 10.4 C8.2 10.2 8 7.4 9.2 7.4 C10.4 7.4 9.6 10.2 13.5 9.6"
            }
            Self::Table => "M2 3 L14 3 L14 13 L2 13 Z M2 6.4 L14 6.4 M6.4 6.4 L6.4 13",
            Self::Door => "M6.5 2.5 L2.5 2.5 L2.5 13.5 L6.5 13.5 M6 8 L13.5 8 M10.4 4.9 L13.5 8 L10.4 11.1",
        }
    }

    /// Draws the icon into a square.
    pub fn paint(self, painter: &Painter, rect: Rect, colour: Color32) {
        let scale = rect.width().min(rect.height()) / 16.0;
        let origin = rect.center() - Vec2::splat(8.0 * scale);
        let at = |x: f32, y: f32| -> Pos2 { origin + Vec2::new(x, y) * scale };
        let stroke = Stroke::new((1.35 * scale).max(1.0), colour);
        let mut line: Vec<Pos2> = Vec::new();
        let mut numbers = Vec::new();
        let end = |line: &mut Vec<Pos2>, close: bool| {
            if line.len() > 1 {
                let points = std::mem::take(line);
                painter.add(if close { Shape::closed_line(points, stroke) } else { Shape::line(points, stroke) });
            }
            line.clear();
        };
        for part in Parts::of(self.path()) {
            numbers.clear();
            numbers.extend(part.1.split_ascii_whitespace().filter_map(|n| n.parse::<f32>().ok()));
            match (part.0, numbers.as_slice()) {
                ('M', [x, y]) => {
                    end(&mut line, false);
                    line.push(at(*x, *y));
                }
                ('L', [x, y]) => line.push(at(*x, *y)),
                ('C', [a, b, c, d, e, f]) => {
                    if let Some(&from) = line.last() {
                        let curve = CubicBezierShape {
                            points: [from, at(*a, *b), at(*c, *d), at(*e, *f)],
                            closed: false,
                            fill: Color32::TRANSPARENT,
                            stroke: stroke.into(),
                        };
                        line.extend(curve.flatten(Some(0.05)).into_iter().skip(1));
                    }
                }
                ('Z', _) => end(&mut line, true),
                ('O', [x, y, r]) => {
                    painter.circle_stroke(at(*x, *y), r * scale, stroke);
                }
                ('D', [x, y, r]) => {
                    painter.circle_filled(at(*x, *y), r * scale, colour);
                }
                _ => debug_assert!(false, "{self:?}: {part:?}"),
            }
        }
        end(&mut line, false);
    }

    /// Draws the icon in line with text, saying nothing to a screen reader: the words beside it do.
    pub fn show(self, ui: &mut Ui, size: f32, colour: Color32) {
        let (_, rect) = ui.allocate_space(Vec2::splat(size));
        self.paint(ui.painter(), Rect::from_center_size(rect.center(), Vec2::splat(size)), colour);
    }
}

/// The parts of a path: a letter, and the text up to the next one.
struct Parts(&'static str);

impl Parts {
    fn of(path: &'static str) -> Self {
        Self(path)
    }
}

impl Iterator for Parts {
    type Item = (char, &'static str);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.0.trim_start();
        let letter = text.chars().next()?;
        let rest = &text[1..];
        let stop = rest.find(|c: char| c.is_ascii_uppercase()).unwrap_or(rest.len());
        self.0 = &rest[stop..];
        Some((letter, &rest[..stop]))
    }
}

/// A rectangle of an icon's size, centred at the left of another.
pub fn at_left(rect: Rect, size: f32, inset: f32) -> Rect {
    Rect::from_center_size(pos2(rect.left() + inset + size / 2.0, rect.center().y), Vec2::splat(size))
}

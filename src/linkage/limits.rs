//! What a count shows of a share: exact limits after Clopper and Pearson (1934).
//!
//! Of `n` things that were looked at, `k` were wrong. The limits are those shares at which so few, or so many, would just
//! still be no surprise. They are never too narrow, also for 0 of `n`, where a bell curve says nothing.

/// The lower and the upper limit of a share, of which `found` in `of` were seen, with this confidence on both sides
/// together. Of nothing, everything is possible.
pub fn two_sided(found: u64, of: u64, confidence: f64) -> [f64; 2] {
    let tail = (1.0 - confidence) / 2.0;
    [lower(found, of, tail), upper(found, of, tail)]
}

/// The upper limit alone, with this confidence: 0 of 300 shows that no more than 1 % are wrong.
pub fn at_most(found: u64, of: u64, confidence: f64) -> f64 {
    upper(found, of, 1.0 - confidence)
}

fn lower(found: u64, of: u64, tail: f64) -> f64 {
    if found == 0 || of == 0 {
        return 0.0;
    }
    let (k, n) = (found.min(of) as f64, of as f64);
    quantile(k, n - k + 1.0, tail)
}

fn upper(found: u64, of: u64, tail: f64) -> f64 {
    if found >= of {
        return 1.0;
    }
    let (k, n) = (found as f64, of as f64);
    quantile(k + 1.0, n - k, 1.0 - tail)
}

/// The share below which a beta distribution has this probability, by halving: it is monotone, and sixty steps reach the
/// last digits of a double.
fn quantile(a: f64, b: f64, probability: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if beta(a, b, middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The regularised incomplete beta function, by its continued fraction on the side where that converges fast.
fn beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, 1.0 - x) / b
    }
}

/// The continued fraction (Abramowitz and Stegun 26.5.8), evaluated from the front after Lentz.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const LEAST: f64 = 1e-300;
    let kept = |value: f64| if value.abs() < LEAST { LEAST } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut whole = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut moved = 1.0;
        for term in [even, odd] {
            d = 1.0 / kept(1.0 + term * d);
            c = kept(1.0 + term / c);
            moved = d * c;
            whole *= moved;
        }
        if (moved - 1.0).abs() < 1e-15 {
            break;
        }
    }
    whole
}

/// The logarithm of the gamma function: Stirling's series, from where it is exact to the last digits of a double.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < 16.0 {
        below += x.ln();
        x += 1.0;
    }
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5)) - 1.0 / (1680.0 * x.powi(7));
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_in_three_hundred_bounds_the_rate_at_one_per_cent() {
        // With nothing found the limit is 1 − tail^(1/n), which a pocket calculator knows
        assert!((at_most(0, 300, 0.95) - (1.0 - 0.05_f64.powf(1.0 / 300.0))).abs() < 1e-12);
        assert!((at_most(0, 300, 0.95) - 0.009_936).abs() < 5e-7);
        let [low, high] = two_sided(0, 300, 0.95);
        assert_eq!(low, 0.0);
        assert!((high - 0.012_22).abs() < 5e-6, "{high}");
        assert!((at_most(0, 2_995, 0.95) - 0.001).abs() < 5e-6);
    }

    #[test]
    fn limits_are_those_of_published_tables() {
        // Two-sided 95 % limits, as in the tables of Diem and Lentner (Geigy) and in R's binom.test
        for (found, of, low, high) in [
            (1, 10, 0.002_53, 0.445_02),
            (5, 10, 0.187_09, 0.812_91),
            (9, 10, 0.554_98, 0.997_47),
            (10, 10, 0.691_50, 1.0),
            (2, 20, 0.012_35, 0.316_98),
            (4, 100, 0.011_00, 0.099_26),
            (50, 100, 0.398_32, 0.601_68),
        ] {
            let limits = two_sided(found, of, 0.95);
            assert!((limits[0] - low).abs() < 6e-6 && (limits[1] - high).abs() < 6e-6, "{found} of {of}: {limits:?}");
        }
    }

    #[test]
    fn of_nothing_everything_is_possible_and_of_much_little() {
        assert_eq!(two_sided(0, 0, 0.95), [0.0, 1.0]);
        let [low, high] = two_sided(500_000, 1_000_000, 0.95);
        assert!((low - 0.499_02).abs() < 1e-5 && (high - 0.500_98).abs() < 1e-5, "{low} {high}");
    }
}

//! The order codes stand in on a worksheet, which their letters alone do not tell: `A.I.4.ix` comes after `A.I.4.v`.

use std::cmp::Ordering;

/// Compares two codes part by part: numbers, roman numbers and letters by what they count.
pub fn by_outline(a: &str, b: &str) -> Ordering {
    let parts = |code: &str| code.split('.').enumerate().map(|(place, part)| worth(place, part)).collect::<Vec<_>>();
    parts(a).cmp(&parts(b)).then_with(|| a.cmp(b))
}

/// What a part counts. Outlines take turns: every second mark is a roman number, so that `i` among letters is the ninth.
fn worth(place: usize, part: &str) -> u32 {
    if let Ok(number) = part.parse() {
        return number;
    }
    let lower = part.to_lowercase();
    if place % 2 == 1
        && let Some(number) = roman(&lower)
    {
        return number;
    }
    match lower.as_bytes() {
        [letter @ b'a'..=b'z'] => u32::from(letter - b'a') + 1,
        _ => u32::MAX,
    }
}

/// `ix` is 9; none unless all of it is made of i, v and x.
fn roman(text: &str) -> Option<u32> {
    let digits: Option<Vec<u32>> = text
        .bytes()
        .map(|byte| match byte {
            b'i' => Some(1),
            b'v' => Some(5),
            b'x' => Some(10),
            _ => None,
        })
        .collect();
    let digits = digits.filter(|digits| !digits.is_empty())?;
    let after = digits.iter().skip(1).copied().chain([0]);
    let total: i64 = digits
        .iter()
        .zip(after)
        .map(|(&digit, next)| if digit < next { -i64::from(digit) } else { i64::from(digit) })
        .sum();
    u32::try_from(total).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lke::template::Template;

    #[test]
    fn codes_sort_as_the_template_has_them() {
        let template = Template::lke_zi_2021();
        let in_order: Vec<&str> = template.nodes.iter().map(|node| node.code.as_str()).collect();
        let mut sorted = in_order.clone();
        sorted.sort_unstable();
        assert_ne!(sorted, in_order, "letters alone do not tell the order");
        sorted.sort_by(|a, b| by_outline(a, b));
        assert_eq!(sorted, in_order);
    }
}

//! The order of codes as worksheets count them: `ix` comes after `v`, `10` after `9`.

/// What a code is sorted by: its parts, from the first to the last.
pub(super) fn order(code: &str) -> Vec<Part<'_>> {
    code.split('.').map(Part::new).collect()
}

/// One part of a code. Numbers come before letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part<'a> {
    Number(u32),
    /// A Roman numeral goes by the letter of its last whole five, then by its value, so that it stands rightly among single
    /// letters, too: h, i, j, and i, iv, v, ix, x.
    Letters(char, u32, &'a str),
}

impl<'a> Part<'a> {
    fn new(part: &'a str) -> Self {
        if let Ok(number) = part.parse() {
            return Part::Number(number);
        }
        let first = part.chars().next().unwrap_or_default();
        match roman(part) {
            Some(value) => {
                let letter = match value {
                    ..5 => 'i',
                    5..10 => 'v',
                    _ => 'x',
                };
                let letter = if first.is_uppercase() { letter.to_ascii_uppercase() } else { letter };
                Part::Letters(letter, value, "")
            }
            None => Part::Letters(first, 0, part),
        }
    }
}

/// The value of a numeral of i, v and x.
fn roman(text: &str) -> Option<u32> {
    let digit = |c: char| match c.to_ascii_lowercase() {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        _ => None,
    };
    let digits = text.chars().map(digit).collect::<Option<Vec<u32>>>().filter(|digits| !digits.is_empty())?;
    let next = digits.iter().skip(1).chain([&0]);
    let (mut plus, mut minus) = (0_u32, 0_u32);
    for (digit, next) in digits.iter().zip(next) {
        *if digit < next { &mut minus } else { &mut plus } += digit;
    }
    plus.checked_sub(minus)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lke::template::Template;

    #[test]
    fn codes_are_counted_not_spelled() {
        for codes in [
            "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xix xx",
            "I II III IV V VI IX X",
            "a b c g h i j k u v w x y z",
            "1 2 9 10 11 100",
            "A.I.1.v A.I.1.v.a A.I.1.v.a.1 A.I.1.v.a.2 A.I.1.ix A.I.1.x A.I.2 A.I.10 A.II A.IX B",
            "U1 U2",
            "area-1 area-2",
        ] {
            let codes: Vec<&str> = codes.split(' ').collect();
            assert!(codes.is_sorted_by_key(|code| order(code)), "{codes:?}");
        }
    }

    #[test]
    fn the_order_of_codes_is_that_of_the_worksheet() {
        assert!(Template::lke_zi_2021().nodes.is_sorted_by_key(|node| order(&node.code)));
    }
}

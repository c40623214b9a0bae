//! Which findings are the same in two runs, though they moved to another cell or count something anew.

use std::collections::{BTreeMap, BTreeSet};

use super::order::order;
use crate::compute::record::FindingRecord;

/// Findings that appeared, and those resolved; each by code, then in the worksheet's order.
///
/// A finding is still the same where code, subject and message are, wherever it stands now; and where only the numbers in
/// its message differ (29 of 37 reached, then 30).
pub(super) fn compare(
    before: &BTreeSet<FindingRecord>,
    after: &BTreeSet<FindingRecord>,
) -> (Vec<FindingRecord>, Vec<FindingRecord>) {
    let mut appeared: Vec<&FindingRecord> = after.difference(before).collect();
    let mut resolved: Vec<&FindingRecord> = before.difference(after).collect();
    let exact = |finding: &FindingRecord| finding.message.to_string();
    let reworded = |finding: &FindingRecord| without_numbers(&finding.message);
    for key in [&exact as &dyn Fn(&FindingRecord) -> String, &reworded] {
        pair_off(&mut appeared, &mut resolved, key);
    }
    (in_order(appeared), in_order(resolved))
}

/// By code, then as the worksheet counts what they are about.
fn in_order(mut findings: Vec<&FindingRecord>) -> Vec<FindingRecord> {
    findings.sort_by_cached_key(|finding| (&finding.code, finding.severity, order(&finding.subject)));
    findings.into_iter().cloned().collect()
}

/// Takes out of both lists what is alike in both, as often as it is.
fn pair_off<'a>(
    a: &mut Vec<&'a FindingRecord>,
    b: &mut Vec<&'a FindingRecord>,
    key: &dyn Fn(&FindingRecord) -> String,
) {
    let full = |finding: &FindingRecord| (finding.code.clone(), finding.subject.clone(), key(finding));
    let count = |list: &[&FindingRecord]| {
        let mut counts: BTreeMap<_, usize> = BTreeMap::new();
        list.iter().for_each(|finding| *counts.entry(full(finding)).or_default() += 1);
        counts
    };
    let (in_a, in_b) = (count(a), count(b));
    for list in [a, b] {
        let mut same: BTreeMap<_, usize> =
            in_a.iter().filter_map(|(key, n)| Some((key.clone(), *in_b.get(key)?.min(n)))).collect();
        list.retain(|finding| match same.get_mut(&full(finding)) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            _ => true,
        });
    }
}

/// A message with every number in it, decimals and all, as one mark.
fn without_numbers(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for c in message.chars() {
        let is_part = c.is_ascii_digit() || (matches!(c, '.' | ',') && out.ends_with('#'));
        if !is_part {
            out.push(c);
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    fn finding(subject: &str, place: &str, message: &str) -> FindingRecord {
        FindingRecord {
            code: "LKE012".into(),
            severity: Severity::Warning,
            subject: subject.into(),
            place: place.into(),
            message: message.into(),
        }
    }

    #[test]
    fn a_finding_that_moved_or_counts_anew_is_the_same() {
        let before = BTreeSet::from([
            finding("A.II.4.i.a", "a.xlsx!L175", "dijawab A, tercapai 29 dari 37 (78,38 %)"),
            finding("A.I.1.i.a", "a.xlsx!L7", "tanpa bukti"),
            finding("A.I.1.i.b", "a.xlsx!L8", "tanpa bukti"),
        ]);
        let after = BTreeSet::from([
            finding("A.II.4.i.a", "a.xlsx!L176", "dijawab A, tercapai 30 dari 37 (81,1 %)"),
            finding("A.I.1.i.a", "a.xlsx!L8", "tanpa bukti"),
            finding("A.I.2.i.a", "a.xlsx!L9", "tanpa bukti"),
        ]);
        let (appeared, resolved) = compare(&before, &after);
        assert_eq!(appeared, [finding("A.I.2.i.a", "a.xlsx!L9", "tanpa bukti")]);
        assert_eq!(resolved, [finding("A.I.1.i.b", "a.xlsx!L8", "tanpa bukti")]);
    }

    #[test]
    fn what_appeared_stands_in_the_order_of_the_worksheet() {
        let subjects = ["A.I.1.v.a", "A.I.1.ix.a", "A.I.2.i.a"];
        let after: BTreeSet<_> = subjects.map(|subject| finding(subject, "", "tanpa bukti")).into();
        let (appeared, _) = compare(&BTreeSet::new(), &after);
        assert_eq!(appeared.iter().map(|finding| &*finding.subject).collect::<Vec<_>>(), subjects);
    }

    #[test]
    fn alike_findings_are_counted() {
        let all = [finding("", "a!L1", "kosong"), finding("", "a!L2", "kosong"), finding("", "a!L3", "kosong")];
        let before: BTreeSet<_> = all[..2].iter().cloned().collect();
        let (appeared, resolved) = compare(&before, &all[2..].iter().cloned().collect());
        assert_eq!((appeared.len(), resolved.len()), (0, 1));
    }
}

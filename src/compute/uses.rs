//! What files are used for: one used for several things is told of once, with all of them; one that several satker use is
//! told to each.

use std::collections::BTreeMap;

use super::{Unit, UnitSurvey};
use crate::finding::{Code, Finding, Place, sort_findings};
use crate::lang::Lang;
use crate::source::SourceInfo;

/// The LKE among what files are used for; surveys go by their short names.
pub const LKE: &str = "LKE";
/// Action plans among what files are used for.
pub const PLAN: &str = "Rencana aksi";
/// Other satker named in a finding before the rest is only counted.
const NAMED: usize = 5;

impl Finding {
    /// The same finding as one of a source as a whole: the same in everything but what the source is used for.
    fn is_same_source(&self, other: &Finding) -> bool {
        let is_of_source = self.place.as_ref().is_some_and(|place| place.sheet.is_none() && place.range.is_none());
        let bare = |finding: &Finding| {
            let mut bare = finding.clone();
            bare.subject = None;
            bare
        };
        is_of_source && self.code.entry().code.starts_with("SRC") && bare(self) == bare(other)
    }
}

/// Puts findings of one source that is used for several things together, so that the finding names them all.
pub fn told_once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut once: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match once.iter_mut().find(|earlier| earlier.is_same_source(&finding)) {
            Some(earlier) => earlier.subject = both(earlier.subject.as_deref(), finding.subject.as_deref()),
            None => once.push(finding),
        }
    }
    once
}

fn both(one: Option<&str>, other: Option<&str>) -> Option<std::sync::Arc<str>> {
    match (one, other) {
        (Some(one), Some(other)) if one.split(", ").all(|used| used != other) => Some(format!("{one}, {other}").into()),
        (one, other) => one.or(other).map(Into::into),
    }
}

/// The finding that tells of a failure, all that its source is used for included.
pub fn as_told(failure: &mut Option<Finding>, findings: &[Finding]) {
    if let Some(failure) = failure
        && let Some(told) = findings.iter().find(|finding| finding.is_same_source(failure))
    {
        failure.subject.clone_from(&told.subject);
    }
}

/// What is wrong and what to do about it, with what the file is used for: a remark that stands by itself. Where nothing else
/// is said it is the LKE.
pub fn remark(finding: &Finding, lang: Lang) -> String {
    let uses = finding.subject.as_deref().filter(|uses| *uses != LKE);
    let uses = uses.map(|uses| format!("{uses}: ")).unwrap_or_default();
    format!("{uses}{} {}", finding.message(lang), finding.remedy(lang))
}

/// Adds to each of several satker that were read from one and the same file that they were. What one satker uses a file
/// for, and how often, is its own affair.
pub fn find_shared(units: &mut [Unit]) {
    let mut users: BTreeMap<String, Vec<(usize, Place)>> = BTreeMap::new();
    for (place, unit) in units.iter().enumerate() {
        for source in sources(unit).filter(|source| !source.sha256.is_empty()) {
            let users = users.entry(source.sha256.to_string()).or_default();
            if users.last().is_none_or(|(last, _)| *last != place) {
                users.push((place, Place::whole(source.location.clone())));
            }
        }
    }
    for users in users.into_values().filter(|users| users.len() > 1) {
        let kodes: Vec<String> = users.iter().map(|(unit, _)| units[*unit].satker.kode.clone()).collect();
        for (own, (unit, place)) in users.into_iter().enumerate() {
            let others = kodes.iter().enumerate().filter(|(other, _)| *other != own).map(|(_, kode)| kode.as_str());
            let mut named: Vec<&str> = others.collect();
            let more = named.len().saturating_sub(NAMED);
            named.truncate(NAMED);
            let more = if more > 0 { format!(" (+{more})") } else { String::new() };
            let args = [("others", format!("{}{more}", named.join(", ")).into())];
            let finding = Finding::new(Code::SameFile, args).at(place).of(kodes[own].as_str());
            units[unit].findings.push(finding);
        }
    }
    units.iter_mut().for_each(|unit| sort_findings(&mut unit.findings));
}

fn sources(unit: &Unit) -> impl Iterator<Item = &SourceInfo> {
    let surveys = unit.surveys.iter().flat_map(|survey: &UnitSurvey| &survey.sources);
    unit.source.iter().chain(surveys).chain(unit.plan.iter().flat_map(|plan| &plan.sources))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lke::ByRole;
    use crate::satker::Satker;
    use crate::source::Sha256;

    fn missing(path: &str, used: &str) -> Finding {
        Finding::new(Code::SourceMissing, [("path", path.into())]).at(Place::whole(path)).about(used)
    }

    #[test]
    fn a_file_missing_for_several_things_is_told_once_with_all_of_them() {
        let findings = vec![
            missing("a.xlsx", LKE),
            missing("a.xlsx", "SKM"),
            missing("b.xlsx", "SKM"),
            missing("a.xlsx", "SKM"),
            missing("a.xlsx", PLAN),
        ];
        let once = told_once(findings);
        let subjects: Vec<_> = once.iter().filter_map(|finding| finding.subject.as_deref()).collect();
        assert_eq!(subjects, ["LKE, SKM, Rencana aksi", "SKM"]);
        let mut failure = Some(missing("a.xlsx", "SKM"));
        as_told(&mut failure, &once);
        assert_eq!(failure.as_ref(), once.first());
        let remarks: Vec<String> = [&once[0], &once[1], &missing("c.xlsx", LKE)]
            .into_iter()
            .map(|finding| remark(finding, Lang::En).chars().take(28).collect())
            .collect();
        assert_eq!(
            remarks,
            ["LKE, SKM, Rencana aksi: The ", "SKM: The file b.xlsx does no", "The file c.xlsx does not exi"]
        );
    }

    #[test]
    fn findings_in_cells_stay_apart_however_alike() {
        let one = Finding::new(Code::SourceMissing, [("path", "a".into())])
            .at(Place { sheet: Some("LKE".into()), ..Place::whole("a") });
        assert_eq!(told_once(vec![one.clone(), one]).len(), 2);
    }

    fn unit(kode: &str, lke: &[u8], skm: &[u8]) -> Unit {
        let source = |bytes: &[u8]| SourceInfo {
            sha256: if bytes.is_empty() { Sha256::none() } else { Sha256::of(bytes) },
            ..SourceInfo::of(&format!("{kode}.xlsx"), jiff::Timestamp::UNIX_EPOCH)
        };
        Unit {
            satker: Satker {
                kode: kode.to_owned(),
                nama: format!("KPU {kode}"),
                jenis: String::new(),
                row: 1,
                unread: Vec::new(),
                holds: Vec::new(),
                columns: BTreeMap::new(),
            },
            source: Some(source(lke)),
            lke: None,
            surveys: vec![UnitSurvey { sources: vec![source(skm)], ..UnitSurvey::default() }],
            by_survey: ByRole::default(),
            plan: None,
            findings: Vec::new(),
        }
    }

    #[test]
    fn satker_with_one_and_the_same_file_are_told_of_each_other() {
        let mut units = vec![
            unit("1", b"a", b"b"),
            unit("2", b"c", b"c"),
            unit("3", b"d", b"a"),
            unit("4", b"", b""),
            unit("5", b"", b"b"),
        ];
        find_shared(&mut units);
        let told: Vec<Vec<String>> = units
            .iter()
            .map(|unit| unit.findings.iter().map(|finding| finding.message(crate::lang::Lang::En)).collect())
            .collect();
        assert_eq!(
            told.iter().map(Vec::len).collect::<Vec<_>>(),
            [2, 0, 1, 0, 1],
            "one workbook for two things is fine"
        );
        assert!(told[2][0].contains("of 1:") && told[4][0].contains("of 1:"), "{told:?}");
        assert!(units[0].findings.iter().all(|finding| finding.satker.as_deref() == Some("1")));
    }

    #[test]
    fn a_nation_on_one_file_is_counted() {
        let mut units: Vec<Unit> = (0..40).map(|kode| unit(&kode.to_string(), b"a", b"")).collect();
        find_shared(&mut units);
        let message = units[39].findings[0].message(crate::lang::Lang::Id);
        assert!(message.contains("0, 1, 2, 3, 4 (+34)"), "{message}");
    }
}

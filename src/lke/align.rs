//! Aligns the rows of a sheet to the rows of the template.
//!
//! Exact labels first, as the best common sequence of both; then rows with an exact label that stand out of order;
//! then what is left between two fixed rows, by similarity. So a missing, extra, swapped or reworded row costs one
//! finding and not the sheet.

use std::cmp::Ordering;

use crate::lke::template::{Node, NodeIndex, NodeKind, Template};

/// Labels at least this similar (0–1) are taken for each other when everything else leaves them over.
const SIMILAR_ENOUGH: f64 = 0.62;
/// What the similarity must be where the row's answer type is another one.
const SIMILAR_DESPITE_TYPE: f64 = 0.85;
/// Larger leftovers between two fixed rows than this many rows are not compared one by one.
const LARGEST_GAP: usize = 1_500;
/// Rows with a label of the template beyond this many are not aligned: no worksheet repeats itself so often.
const MOST_CANDIDATES: usize = 20_000;

/// One row of the sheet, as far as alignment looks at it.
#[derive(Debug, Clone, Default)]
pub struct RowLabel {
    /// The label as labels are compared; empty where there is none.
    pub normalised: String,
    /// The outline mark without its point: `A`, `iv`, `b`, `-`; or a whole code.
    pub mark: String,
    /// The answer type as types are compared; empty where there is none.
    pub type_key: String,
}

/// How a template row was found in the sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Place in the sheet's rows as given to [`align`].
    pub row: usize,
    /// 1 for an exact label, else the similarity.
    pub similarity: f64,
    /// Whether the row stands out of the template's order.
    pub moved: bool,
}

/// Finds for every node of the template its row, or none.
pub fn align(template: &Template, rows: &[RowLabel]) -> Vec<Option<Match>> {
    let mut found: Vec<Option<Match>> = vec![None; template.nodes.len()];
    let mut taken = vec![false; rows.len()];
    let exact = exact_rows(template, rows);
    for (node, row) in common_sequence(template, rows, &exact) {
        found[node] = Some(Match { row, similarity: 1.0, moved: false });
        taken[row] = true;
    }
    find_moved(template, rows, &exact, &mut found, &mut taken);
    find_similar(template, rows, &mut found, &mut taken);
    found
}

/// The nodes a row may be exactly: those of its label, or the one whose whole code is its mark (a single `A` is only an
/// outline mark).
fn exact_nodes<'a>(template: &'a Template, row: &'a RowLabel) -> impl Iterator<Item = NodeIndex> + 'a {
    let by_code = template.find(&row.mark).filter(|_| row.mark.contains('.'));
    let by_label = template.with_label(&row.normalised);
    by_label.iter().copied().chain(by_code.filter(|node| !by_label.contains(node)))
}

/// The rows that may be exactly nodes, with these nodes, from top to bottom.
type Exact = Vec<(usize, Vec<NodeIndex>)>;

fn exact_rows(template: &Template, rows: &[RowLabel]) -> Exact {
    let nodes = |(row, label): (usize, &RowLabel)| (row, exact_nodes(template, label).collect::<Vec<_>>());
    rows.iter().enumerate().map(nodes).filter(|(_, nodes)| !nodes.is_empty()).collect()
}

/// What else agrees, when labels do: decides between nodes of one label (areas, *Jumlah* rows).
fn agreement(template: &Template, node: NodeIndex, row: &RowLabel) -> u32 {
    let node = &template.nodes[node];
    let mark = node.mark() == row.mark || (row.mark == "-" && node.kind == NodeKind::Indicator);
    100 + 5 * u32::from(mark) + 3 * u32::from(node.type_key == row.type_key)
}

/// The best sequence of exact matches in which both template and sheet go downwards.
fn common_sequence(
    template: &Template,
    rows: &[RowLabel],
    exact: &[(usize, Vec<NodeIndex>)],
) -> Vec<(NodeIndex, usize)> {
    let candidates = &exact[..exact.len().min(MOST_CANDIDATES)];
    let width = template.nodes.len() + 1;
    // best[i][j]: most agreement of the first i candidates with the first j nodes.
    let mut best = vec![0_u32; (candidates.len() + 1) * width];
    for (i, (row, nodes)) in candidates.iter().enumerate() {
        for node in 0..template.nodes.len() {
            let skip = best[i * width + node + 1].max(best[(i + 1) * width + node]);
            best[(i + 1) * width + node + 1] = if nodes.contains(&node) {
                skip.max(best[i * width + node] + agreement(template, node, &rows[*row]))
            } else {
                skip
            };
        }
    }
    let (mut i, mut j) = (candidates.len(), template.nodes.len());
    let mut pairs = Vec::new();
    while i > 0 && j > 0 {
        let here = best[i * width + j];
        if here == best[(i - 1) * width + j] {
            i -= 1;
        } else if here == best[i * width + j - 1] {
            j -= 1;
        } else {
            i -= 1;
            j -= 1;
            pairs.push((j, candidates[i].0));
        }
    }
    pairs.reverse();
    pairs
}

/// Exact labels left over on both sides: the row was moved. The nearest one is taken.
fn find_moved(
    template: &Template,
    rows: &[RowLabel],
    exact: &[(usize, Vec<NodeIndex>)],
    found: &mut [Option<Match>],
    taken: &mut [bool],
) {
    let mut rows_of: Vec<Vec<usize>> = vec![Vec::new(); template.nodes.len()];
    for (row, nodes) in exact {
        nodes.iter().for_each(|&node| rows_of[node].push(*row));
    }
    for node in 0..template.nodes.len() {
        if found[node].is_some() {
            continue;
        }
        let expected = expected_row(found, node);
        let nearest = rows_of[node]
            .iter()
            .copied()
            .filter(|&row| !taken[row])
            .max_by_key(|&row| (agreement(template, node, &rows[row]), std::cmp::Reverse(row.abs_diff(expected))));
        if let Some(row) = nearest {
            found[node] = Some(Match { row, similarity: 1.0, moved: true });
            taken[row] = true;
        }
    }
}

/// Where a node's row would stand: after the row of the last node found before it.
fn expected_row(found: &[Option<Match>], node: NodeIndex) -> usize {
    found[..node].iter().rev().flatten().find(|m| !m.moved).map_or(0, |m| m.row + 1)
}

/// Rows left over between two fixed rows are compared with the nodes left over between the same two.
fn find_similar(template: &Template, rows: &[RowLabel], found: &mut [Option<Match>], taken: &mut [bool]) {
    let mut node = 0;
    while node < template.nodes.len() {
        if found[node].is_some() {
            node += 1;
            continue;
        }
        let end =
            (node..template.nodes.len()).find(|&n| found[n].is_some_and(|m| !m.moved)).unwrap_or(template.nodes.len());
        let nodes: Vec<NodeIndex> = (node..end).filter(|&n| found[n].is_none()).collect();
        let from = expected_row(found, node);
        let to = found.get(end).copied().flatten().map_or(rows.len(), |m| m.row);
        let left: Vec<usize> =
            (from..to.max(from)).filter(|&row| !taken[row] && !rows[row].normalised.is_empty()).collect();
        if left.len() <= LARGEST_GAP {
            for (node, row, similarity) in best_similar(template, rows, &nodes, &left) {
                found[node] = Some(Match { row, similarity, moved: false });
                taken[row] = true;
            }
        }
        node = end;
    }
}

/// The in-order pairing of leftovers with the most similarity in all.
fn best_similar(
    template: &Template,
    rows: &[RowLabel],
    nodes: &[NodeIndex],
    left: &[usize],
) -> Vec<(NodeIndex, usize, f64)> {
    let width = nodes.len() + 1;
    let mut scores = vec![0.0_f64; left.len() * nodes.len()];
    let mut best = vec![0.0_f64; (left.len() + 1) * width];
    let of_nodes: Vec<Bigrams> = nodes.iter().map(|&node| Bigrams::of(&template.nodes[node].normalised)).collect();
    let longest = of_nodes.iter().map(|node| node.text.len()).max().unwrap_or_default();
    for (i, &row) in left.iter().enumerate() {
        let label = &rows[row].normalised;
        // A label much longer than any node's can only say one and go on; it may be a page.
        let own = (most_similar(longest, label.len() - label.matches(' ').count()) >= SIMILAR_ENOUGH)
            .then(|| Bigrams::of(label));
        for (j, &node) in nodes.iter().enumerate() {
            let similarity = similarity(&template.nodes[node], &of_nodes[j], &rows[row], own.as_ref());
            scores[i * nodes.len() + j] = similarity;
            let skip = best[i * width + j + 1].max(best[(i + 1) * width + j]);
            best[(i + 1) * width + j + 1] =
                if similarity > 0.0 { skip.max(best[i * width + j] + similarity) } else { skip };
        }
    }
    let (mut i, mut j) = (left.len(), nodes.len());
    let mut pairs = Vec::new();
    while i > 0 && j > 0 {
        let here = best[i * width + j];
        if here <= best[(i - 1) * width + j] {
            i -= 1;
        } else if here <= best[i * width + j - 1] {
            j -= 1;
        } else {
            i -= 1;
            j -= 1;
            pairs.push((nodes[j], left[i], scores[i * nodes.len() + j]));
        }
    }
    pairs
}

/// How similar a row is to a node, 0–1; 0 when not similar enough to be taken for it. `own` are the row's bigrams, none
/// where it is too long to be similar.
fn similarity(node: &Node, of_node: &Bigrams, row: &RowLabel, own: Option<&Bigrams>) -> f64 {
    if node.is_optional {
        // What may be missing is not looked for in what is only similar.
        return 0.0;
    }
    let (a, b) = (node.normalised.as_str(), row.normalised.as_str());
    let (shorter, longer) = if a.len() < b.len() { (a, b) } else { (b, a) };
    // A label cut short says the same as far as it goes.
    let cut_short = shorter.len() >= 16 && longer.starts_with(shorter);
    let similarity = if cut_short { 0.95 } else { own.map_or(0.0, |own| own.similarity(of_node)) };
    let other_type = !row.type_key.is_empty() && !node.type_key.is_empty() && node.type_key != row.type_key;
    let enough = if other_type { SIMILAR_DESPITE_TYPE } else { SIMILAR_ENOUGH };
    // Exact labels were settled before; what still compares equal here is the other node of that label.
    if similarity >= enough { similarity.min(0.99) } else { 0.0 }
}

/// A label as similarity sees it, made once for all it is compared with.
struct Bigrams {
    /// Without blanks.
    text: String,
    /// Every two letters that follow each other, in order.
    pairs: Vec<(char, char)>,
}

impl Bigrams {
    fn of(label: &str) -> Self {
        let text: String = label.chars().filter(|c| !c.is_whitespace()).collect();
        let mut pairs: Vec<(char, char)> = text.chars().zip(text.chars().skip(1)).collect();
        pairs.sort_unstable();
        Bigrams { text, pairs }
    }

    /// Twice the bigrams both have, of all (Sørensen and Dice), 0–1; 0 where the lengths alone say that it is not enough.
    fn similarity(&self, other: &Bigrams) -> f64 {
        let (a, b) = (self.text.len(), other.text.len());
        if self.text == other.text {
            return 1.0;
        }
        if a < 2 || b < 2 || most_similar(a, b) < SIMILAR_ENOUGH {
            return 0.0;
        }
        let (mut own, mut others, mut both) = (self.pairs.iter().peekable(), other.pairs.iter().peekable(), 0_usize);
        while let (Some(x), Some(y)) = (own.peek(), others.peek()) {
            match x.cmp(y) {
                Ordering::Less => drop(own.next()),
                Ordering::Greater => drop(others.next()),
                Ordering::Equal => {
                    both += 1;
                    own.next();
                    others.next();
                }
            }
        }
        (2 * both) as f64 / (a + b - 2) as f64
    }
}

/// How similar labels of so many bytes can be at most.
fn most_similar(a: usize, b: usize) -> f64 {
    (2 * a.min(b)) as f64 / (a + b).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn official() -> Vec<RowLabel> {
        Template::lke_zi_2021()
            .nodes
            .iter()
            .map(|node| RowLabel {
                normalised: node.normalised.clone(),
                mark: node.mark().to_owned(),
                type_key: node.type_key.clone(),
            })
            .collect()
    }

    fn node(code: &str) -> usize {
        Template::lke_zi_2021().find(code).unwrap()
    }

    #[test]
    fn the_official_rows_align_one_to_one() {
        let template = Template::lke_zi_2021();
        for (index, found) in align(&template, &official()).into_iter().enumerate() {
            assert_eq!(
                found,
                Some(Match { row: index, similarity: 1.0, moved: false }),
                "{}",
                template.nodes[index].code
            );
        }
    }

    #[test]
    fn a_missing_row_costs_itself_only() {
        let template = Template::lke_zi_2021();
        let mut rows = official();
        rows.remove(node("A.I.3.iii.c"));
        let found = align(&template, &rows);
        let missing: Vec<_> =
            (0..found.len()).filter(|&n| found[n].is_none()).map(|n| template.nodes[n].code.as_str()).collect();
        assert_eq!(missing, ["A.I.3.iii.c"]);
    }

    #[test]
    fn rows_added_swapped_and_reworded_are_told_apart() {
        let template = Template::lke_zi_2021();
        let mut rows = official();
        rows.swap(node("A.I.1.iii.b"), node("A.I.1.iii.c"));
        rows[node("A.I.1.iv.b")].normalised = "sudah ada penetapan agen perubahan".to_owned();
        rows.insert(
            node("A.I.4"),
            RowLabel {
                normalised: "inovasi lain yang dibuat satker".to_owned(),
                mark: "b".to_owned(),
                type_key: "a/b/c".to_owned(),
            },
        );
        let found = align(&template, &rows);
        assert!(found.iter().all(Option::is_some));
        let moved: Vec<_> =
            (0..found.len()).filter(|&n| found[n].unwrap().moved).map(|n| template.nodes[n].code.as_str()).collect();
        assert_eq!(moved.len(), 1);
        assert!(["A.I.1.iii.b", "A.I.1.iii.c"].contains(&moved[0]));
        let similar = found[node("A.I.1.iv.b")].unwrap();
        assert!(similar.similarity < 1.0 && similar.row == node("A.I.1.iv.b"));
        let taken: Vec<_> = found.iter().flatten().map(|m| m.row).collect();
        assert!(!taken.contains(&node("A.I.4")), "the added row is nobody's");
    }

    #[test]
    fn doubled_labels_go_by_their_place() {
        let template = Template::lke_zi_2021();
        let mut rows = official();
        // Without any row of Pemenuhan, the areas that are left are those of Reform.
        rows.drain(node("A.I")..node("A.II"));
        let found = align(&template, &rows);
        assert_eq!(found[node("A.I.1")], None);
        assert_eq!(found[node("A.II.1")].unwrap().row, 2);
        assert!(!found[node("A.II.6")].unwrap().moved);
    }

    #[test]
    fn labels_are_as_similar_as_ever() {
        for (a, b) in [
            ("telah ada penetapan agen perubahan", "sudah ada penetapan agen perubahan"),
            ("tim kerja", "tim  kerja"),
            ("aaaa", "aaa"),
            ("médiá", "media"),
            ("", "a"),
            ("a", "ab"),
            ("penataan sistem manajemen sdm", "penataan tatalaksana"),
        ] {
            let right = strsim::sorensen_dice(a, b);
            let own = Bigrams::of(a).similarity(&Bigrams::of(b));
            assert!(own == right || own == 0.0 && right < SIMILAR_ENOUGH, "{a}, {b}: {own}, {right}");
        }
    }

    #[test]
    fn labels_of_any_length_cost_no_more_than_to_be_read() {
        let template = Template::lke_zi_2021();
        let page = |n: usize| "xyzzy".repeat(1_000 + n);
        let mut rows: Vec<_> = (0..300).map(|n| RowLabel { normalised: page(n), ..RowLabel::default() }).collect();
        // A label that goes on and on is still the label.
        let cut = &template.nodes[node("A.I.1.i.a")].normalised;
        rows[7].normalised = format!("{cut} {}", page(0));
        let found = align(&template, &rows);
        assert_eq!(found.iter().flatten().map(|found| (found.row, found.similarity)).collect::<Vec<_>>(), [(7, 0.95)]);
        let long = most_similar(template.nodes.iter().map(|node| node.normalised.len()).max().unwrap(), page(0).len());
        assert!(long < SIMILAR_ENOUGH, "so that no page is taken apart");
    }

    #[test]
    fn a_foreign_table_matches_nothing() {
        let template = Template::lke_zi_2021();
        let rows: Vec<_> =
            (0..300).map(|n| RowLabel { normalised: format!("pegawai nomor {n}"), ..RowLabel::default() }).collect();
        assert!(align(&template, &rows).iter().all(Option::is_none));
    }
}

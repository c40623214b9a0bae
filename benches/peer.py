"""What a province does with a script: the answers of one role read with fastexcel, scored with polars, ranked in a table.

python benches/peer.py FOLDER OUT.xlsx, where FOLDER is what `cargo bench --bench province -- 552 FOLDER` makes. It trusts every
sheet to have the official columns and rows, and audits nothing: it is here to be timed beside rekap.
"""

import sys
from pathlib import Path

import fastexcel
import polars as pl

LABELS, WEIGHT, KIND, ANSWER = range(7), 7, 9, 10
WORTH = {
    "Ya/Tidak": {"Ya": 1.0, "Tidak": 0.0},
    "A/B/C": {"A": 1.0, "B": 0.5, "C": 0.0},
    "A/B/C/D": {"A": 1.0, "B": 0.67, "C": 0.33, "D": 0.0},
    "A/B/C/D/E": {"A": 1.0, "B": 0.75, "C": 0.5, "D": 0.25, "E": 0.0},
}


def answers(path: Path) -> pl.DataFrame:
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, skip_rows=3, dtypes="string")
    frame = sheet.to_polars()
    names = frame.columns
    return frame.select(
        pl.lit(path.stem).alias("satker"),
        pl.col(names[WEIGHT]).cast(pl.Float64, strict=False).alias("weight"),
        pl.col(names[KIND]).alias("kind"),
        pl.col(names[ANSWER]).alias("answer"),
    )


def main() -> None:
    folder, out = Path(sys.argv[1]), sys.argv[2]
    rows = pl.concat([answers(path) for path in sorted(folder.glob("lke-*.xlsx"))])
    worth = pl.DataFrame(
        [(kind, option, ratio) for kind, options in WORTH.items() for option, ratio in options.items()],
        schema=["kind", "answer", "choice"],
        orient="row",
    )
    number = pl.col("answer").cast(pl.Float64, strict=False)
    scores = (
        rows.with_columns(subarea=pl.col("weight").forward_fill().over("satker"))
        .with_columns(place=pl.col("weight").is_not_null().cum_sum().over("satker"))
        .join(worth, on=["kind", "answer"], how="left")
        .with_columns(
            ratio=pl.when(pl.col("kind") == "%").then(number.clip(0, 1))
            .when(pl.col("kind").str.starts_with("Nilai")).then(number / 4)
            .otherwise(pl.col("choice"))
        )
        .filter(pl.col("ratio").is_not_null())
        .group_by("satker", "place", maintain_order=True)
        .agg((pl.col("subarea").first() * pl.col("ratio").mean()).alias("score"))
        .group_by("satker", maintain_order=True)
        .agg(pl.col("score").sum())
        .with_columns(rank=pl.col("score").rank("min", descending=True))
        .sort("rank")
    )
    scores.write_excel(out)
    print(scores.height, scores["score"].mean())


main()

"""Reads and writes spreadsheets of the local Sheets server with gspread: python3 gspread.py URL KEYFILE

Ends with an assertion where gspread reads something else than it wrote, or than the server was given.
"""

import sys

# This file is named after what it tries out, and must not be found in its place.
sys.path.pop(0)

import gspread
import gspread.http_client
import gspread.urls

url, key = sys.argv[1].rstrip("/"), sys.argv[2]
for module in (gspread.urls, gspread.http_client):
    for name, value in list(vars(module).items()):
        if name.isupper() and isinstance(value, str):
            setattr(module, name, value.replace("https://sheets.googleapis.com", url))

client = gspread.service_account(filename=key)

# What was loaded from a file.
lke = client.open_by_key("lke")
assert lke.title == "lke-1901", lke.title
assert [sheet.id for sheet in lke.worksheets()][0] == 0
sheet = lke.get_worksheet(0)
values = sheet.get_all_values()
assert len(values) > 150 and "ZONA INTEGRITAS" in values[0][0], values[0]
raw = sheet.get(value_render_option=gspread.utils.ValueRenderOption.unformatted)
assert any(isinstance(value, float) for row in raw for value in row)
formulas = sheet.get(value_render_option=gspread.utils.ValueRenderOption.formula)
assert any(str(value).startswith("=") for row in formulas for value in row)
merges = lke.fetch_sheet_metadata()["sheets"][0]["merges"]
assert merges and all(merge["endRowIndex"] > merge["startRowIndex"] for merge in merges)
combined = sheet.get_all_values(combine_merged_cells=True)
assert combined != values, "merged cells are told"
assert sheet.find(values[0][0]).address == "A1"

# What is written.
summary = client.open_by_key("ringkasan")
tab = summary.add_worksheet("Peringkat 'S2'", rows=4, cols=5)
assert (tab.row_count, tab.col_count) == (4, 5)
tab.update([["Satker", "Nilai"], ["=1+1", 88.48]], "A1")
assert tab.get_all_values() == [["Satker", "Nilai"], ["=1+1", "88,48"]], tab.get_all_values()
typed = gspread.utils.ValueInputOption.user_entered
tab.update([["12,5", "35%"]], "A3", value_input_option=typed)
assert tab.get("A3:B3", value_render_option="UNFORMATTED_VALUE") == [[12.5, 0.35]]
tab.batch_update([{"range": "C1:C2", "values": [["WBK"], [True]]}, {"range": "D1", "values": [["WBBM"]]}])
assert tab.batch_get(["C1:C2", "D1"]) == [[["WBK"], ["TRUE"]], [["WBBM"]]]
tab.append_row(["KPU Belitung", 70])
tab.append_rows([["a", 1], ["b", 2]])
assert tab.col_values(1) == ["Satker", "=1+1", "12,5", "KPU Belitung", "a", "b"]
assert summary.worksheet("Peringkat 'S2'").row_count == 6, "the grid grows"
assert tab.acell("B4").numeric_value == 70
tab.update_acell("E1", "x")
tab.format("A1:D1", {"textFormat": {"bold": True}, "backgroundColor": {"red": 1.0, "green": 0.9, "blue": 0.4}})
tab.freeze(rows=1)
tab.merge_cells("A6:B6")
tab.add_protected_range("A1:D1", editor_users_emails=[], description="rekap", warning_only=False)
tab.set_basic_filter("A1:D5")
tab.insert_row(["disisipkan"], 2)
tab.delete_rows(3)
tab.resize(rows=20)
tab.columns_auto_resize(0, 2)
tab.update_note("A1", "catatan")
assert tab.get_note("A1") == "catatan"
assert tab.col_values(1) == ["Satker", "disisipkan", "12,5", "KPU Belitung", "a", "b"], tab.col_values(1)
found = summary.fetch_sheet_metadata({"includeGridData": "true"})["sheets"][-1]
assert found["properties"]["gridProperties"] == {"rowCount": 20, "columnCount": 5, "frozenRowCount": 1}
cell = found["data"][0]["rowData"][0]["values"][0]
assert cell["effectiveFormat"]["textFormat"]["bold"] and cell["note"] == "catatan", cell
assert found["protectedRanges"][0]["description"] == "rekap"
assert found["merges"][0]["startRowIndex"] == 5, found["merges"]
tab.clear()
assert tab.get_all_values() == [[]], tab.get_all_values()
tab.update_title("Lain")
for sheet in summary.worksheets():
    if sheet.title != "Lain":
        summary.del_worksheet(sheet)
assert [sheet.title for sheet in summary.worksheets()] == ["Lain"]

# What is refused.
for attempt, code in (
    (lambda: summary.add_worksheet("Lain", 1, 1), 400),
    (lambda: summary.del_worksheet(summary.get_worksheet(0)), 400),
    (lambda: tab.update([["x"]], "A21"), 400),
    (lambda: client.open_by_key("tiada"), 404),
    (lambda: client.open_by_key("asing"), 403),
):
    try:
        attempt()
    except gspread.exceptions.APIError as error:
        assert error.code == code, error
    except gspread.exceptions.SpreadsheetNotFound:
        assert code == 404
    except PermissionError:
        assert code == 403
    else:
        raise AssertionError(f"nothing was refused with {code}")
print("gspread", gspread.__version__)

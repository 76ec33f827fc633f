"""Files that broke off, or were damaged: an error with the file, or a doubt, and never silence."""

import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

import framing as fr

TEXT = "The peace talks began in Geneva on Monday, officials said. Nobody expected a truce."
CUT = {
    "a.rtf": r"{\rtf1\ansi {\fonttbl{\f0 Times;}}" + TEXT + r"\par " + TEXT + "}",
    "a.html": f"<html><body><article><p>{TEXT}</p><p>{TEXT}</p></article></body></html>",
    "a.ris": "".join(
        f"TY  - NEWS\nTI  - Talks\nJO  - Paper\nDA  - 2025/01/02\nAB  - {TEXT}\nER  - \n"
        for _ in range(2)
    ),
}


@pytest.mark.parametrize("name", CUT)
def test_a_file_that_broke_off_is_doubted_and_a_whole_one_is_not(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(CUT[name])
    assert not fr.read_corpus(path).doubts["reason"].str.contains("may be cut").any()
    path.write_text(CUT[name][: int(len(CUT[name]) * 0.8)])
    assert fr.read_corpus(path).doubts["reason"].str.contains("may be cut").sum() == 1


def test_brackets_that_are_text_close_no_group(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1\ansi A smile \{ and a backslash \\ here.}")
    assert not len(fr.read_corpus(path).doubts)


def test_records_that_never_have_an_end_are_not_doubted(tmp_path: Path) -> None:
    path = tmp_path / "a.ris"
    path.write_text(CUT["a.ris"].replace("ER  - \n", "\n"))
    assert not fr.read_corpus(path).doubts["reason"].str.contains("may be cut").any()


def test_a_sheet_with_two_columns_of_one_name_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["text", "text"], ["A truce.", "Talks."]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(fr.InputError, match=r"a\.xlsx: the column 'text' is there twice"):
        fr.read_corpus(tmp_path / "a.xlsx")


def test_flipped_bytes_of_a_zip_archive_give_an_error_with_the_file(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/a.txt", TEXT)
        archive.writestr("x/b.txt", TEXT.upper())
    whole, draw, path = buffer.getvalue(), random.Random(3), tmp_path / "a.zip"
    messages = []
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[draw.randrange(len(whole))] = draw.randrange(256)
        path.write_bytes(damaged)
        try:
            fr.read_corpus(path, progress=False)
        except fr.InputError as error:
            messages.append(str(error))
    assert messages
    assert all("a.zip" in message for message in messages)


def test_numbers_of_wide_tables_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        ",".join(["text", *(f"c{number}" for number in range(2_000))]) + "\n"
        + ",".join([TEXT.replace(",", ""), "007", "1.5", *["3"] * 1_998]) + "\n"
    )  # fmt: skip
    table = fr.read_corpus(path).table
    assert table["c0"].tolist() == ["007"]
    assert table["c1"].tolist() == [1.5]
    assert table["c1999"].dtype == "int64"

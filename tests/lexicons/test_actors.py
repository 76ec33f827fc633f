import pytest

import framing as fr

FILE = """name = "mine"
[actors.Zelensky]
camp = "Ukraine"
aliases = ["Zelenskyy", "Ukraine's president"]
[actors."White House"]
camp = "US"
"""


def test_a_file_becomes_a_table_with_the_names_themselves_as_aliases(tmp_path):
    path = tmp_path / "actors.toml"
    path.write_text(FILE)
    actors = fr.read_actors(path)
    assert actors.table.to_numpy().tolist() == [
        ["Zelensky", "Zelensky", "Ukraine"],
        ["Zelensky", "Zelenskyy", "Ukraine"],
        ["Zelensky", "Ukraine's president", "Ukraine"],
        ["White House", "White House", "US"],
    ]
    assert actors.name == "mine"
    assert len(actors) == 2
    made = fr.make_actors(
        {
            "Zelensky": {"camp": "Ukraine", "aliases": ["Zelenskyy", "Ukraine's president"]},
            "White House": {"camp": "US"},
        }
    )
    assert made.hash == actors.hash
    assert "2 actors (Ukraine 1, US 1)" in repr(actors)
    assert "Zelenskyy" in actors._repr_html_()


def test_a_file_without_a_name_takes_that_of_the_file(tmp_path):
    path = tmp_path / "council.toml"
    path.write_text('[actors.Tusk]\naliases = ["TUSK", "Polish premier"]\n')
    actors = fr.read_actors(path)
    assert actors.name == "council"
    assert actors.table["alias"].tolist() == ["Tusk", "Polish premier"]


def test_the_hash_tells_what_resolves_speakers():
    one = fr.make_actors({"Tusk": ["Polish premier"]}, name="a")
    assert one.hash == fr.make_actors({"Tusk": ["Polish premier"]}, name="b").hash
    assert one.hash != fr.make_actors({"Tusk": []}).hash


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            FILE.replace("aliases", "alliases"),
            r"line 4: unknown key 'alliases'.*Did you mean 'alias",
        ),
        (
            FILE + 'aliases = ["zelenskyy"]\n',
            r"line 7: alias 'zelenskyy' belongs to 'Zelensky' and to 'White House'",
        ),
        (FILE + 'aliases = ["WH", "wh"]\n', r"line 7: alias 'WH' is in 'White House' twice"),
        (FILE + 'aliases = [""]\n', r"alias of 'White House' is empty \(''\)"),
        (
            FILE + 'aliases = ["W (H"]\n',
            r"line 7: alias of 'White House', 'W \(H': the \( in column 3",
        ),
        (FILE + "aliases = [1]\n", r"line 7: .*aliases number 1: expected text, got a number"),
        (FILE + "[actors.Other]\n", r"line 7: an actor cannot be called 'Other'"),
        ('name = "mine"\n', r"actors\.toml: there are no actors\. Give one table for each actor"),
        (FILE + "[actors\n", r"actors\.toml, line 7, column \d+: this is not TOML"),
        (FILE.replace("[actors.Z", 'titel = "x"\n[actors.Z'), r"line 2: unknown key 'titel'"),
    ],
)
def test_what_bad_actors_get(tmp_path, content, message):
    path = tmp_path / "actors.toml"
    path.write_text(content)
    with pytest.raises(fr.InputError, match=message):
        fr.read_actors(path)


def test_what_is_no_mapping_is_said_so():
    with pytest.raises(fr.InputError, match="actors is a list; it must be a mapping"):
        fr.make_actors(["Trump"])
    with pytest.raises(fr.InputError, match="make_actors: there are no actors"):
        fr.make_actors({})


def test_the_actors_of_the_study_ship():
    actors = fr.load_actors("ukraine-peace")
    named = {"Zelensky", "Trump", "Putin", "Kremlin", "Peskov", "Rutte", "Kallas", "UN", "Kyiv"}
    assert {*named, "White House", "von der Leyen", "State Department"} <= set(actors.names)
    camps = {"Ukraine", "US", "Russia", "Europe", "NATO", "UN", "third parties"}
    assert set(actors.table["camp"]) == camps


def test_actors_that_do_not_ship_are_named():
    with pytest.raises(fr.InputError, match="Allowed: 'ukraine-peace'"):
        fr.load_actors("ukraine")
    with pytest.raises(fr.InputError, match=r"Read your own file with read_actors\('mine.toml'\)"):
        fr.load_actors("mine.toml")

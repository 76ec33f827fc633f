import json
import re
import tomllib
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import framing as fr

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# What the README said of quality stands on a page of its own.
QUALITY = (ROOT / "docs" / "how_good.md").read_text(encoding="utf-8")
NOTES = (ROOT / "benchmarks" / "how_good_notes.md").read_text(encoding="utf-8")
HOWTO = (ROOT / "docs" / "howto.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_readme_shows():
    code, shown = re.search(r"```python\n(.*?)```\s+```text\n(.*?)```", README, re.S).groups()
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue() == shown


def test_links_lead_to_files_and_headings():
    pages = [path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "reports"]
    for path in [*ROOT.glob("*.md"), *pages]:
        text = path.read_text(encoding="utf-8")
        headings = {
            re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("#")
        }
        for link in re.findall(r"\]\(([^)]+)\)", text):
            if link.startswith("#"):
                assert link[1:] in headings, link
            elif not link.startswith("https://doi.org/"):
                assert (path.parent / link.split("#")[0]).is_file(), (path.name, link)


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 120


def test_the_calls_in_the_table_exist():
    for name in re.findall(r"fr\.(\w+)\(", README + HOWTO):
        assert hasattr(fr, name), name


def test_version_and_lexicon_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert project["version"] == fr.__version__
    assert f"\nversion: {fr.__version__}\n" in citation
    assert f"(version {fr.__version__})" in README
    assert re.search(r"^## (?!Unreleased)(.*)$", changes, re.M).group(1) == fr.__version__
    lexicon = fr.load_lexicon("peace-initiative-1.1")
    assert f"`{lexicon.name}` {lexicon.version} with {len(lexicon):,} entries" in QUALITY


def test_what_the_instruments_reach_is_what_the_reports_say():
    lexicon = fr.load_lexicon("peace-initiative-1.1")
    report = (ROOT / "benchmarks" / "validation.md").read_text(encoding="utf-8")
    guide = ROOT / "framing" / "data" / "lexicons" / "README.md"
    locked = f"{lexicon.name} {lexicon.version}` (hash `{lexicon.hash[:8]}`)"
    assert locked in report
    told = " ".join(guide.read_text(encoding="utf-8").split())
    assert f"locked at hash `{lexicon.hash[:8]}`" in told
    assert f'"{lexicon.name} {lexicon.version} (hash {lexicon.hash[:8]})"' in told
    newswire, constructed = report.split("\n## ")[1:3]

    def reached(part, row):
        line = re.search(rf"^\| {re.escape(row)} \|.*$", part, re.M).group()
        return [value.lstrip("0") for value in re.findall(r"\| (\d\.\d\d)", line)]

    *frames, mean = reached(newswire, f"lexicon {lexicon.version}")
    words = reached(newswire, "classifier, tfidf")[-1]
    both = reached(newswire, "classifier, tfidf + lexicon")[-1]
    figurative = reached(constructed, "lexicon, where the text is figurative")[-1]
    readme = " ".join(QUALITY.split())
    peace, concession, sovereignty, skepticism = frames
    assert (
        f"**it reached a mean F1 of {mean}** (peace {peace}, concession {concession}, sovereignty "
        f"{sovereignty}, skepticism {skepticism}); a classifier on words reaches {words} there, "
        f"both together {both}."
    ) in readme
    assert f"written so on purpose the lexicon reaches {figurative}," in readme
    held = re.search(r"\*\*Newswire, held back\*\*: (\d+) sentences", report).group(1)
    assert f"held against {held} sentences of constructed news" in readme


def test_intervals_cover_as_often_as_the_readme_says():
    report = (ROOT / "benchmarks" / "coverage.md").read_text(encoding="utf-8")
    readme = " ".join(QUALITY.split())
    worst = re.search(
        r"Worst settings: corrected shares (\S+), with other samples (\S+), scores (\S+)\.\n",
        report,
    ).groups()
    said = r"all settings is covered in (\S+) .* is (\S+)\. Scores .* of stories have (\S+)\. Where"
    assert re.search(said, readme).groups() == worst
    foreign = (ROOT / "benchmarks" / "foreign_generators.md").read_text(encoding="utf-8")
    settings, least = re.search(r"of (\d+)\. Worst: 0(\.\d+) ", foreign).groups()
    assert f"worst of {settings} settings has {least} " in readme
    covered = [float(share) for share in re.findall(r"\| ([\d.]+)% \|", report)]
    low, high = min(covered), max(covered)
    assert f"{low:.0f} to {high:.0f}% of the corrected intervals cover" in readme
    draws = int(re.search(r"(\d+) stratified samples", report).group(1))
    assert f"Of {draws:,} samples" in readme


def test_the_context_is_told_as_well_as_the_report_says():
    report = (ROOT / "benchmarks" / "context.md").read_text(encoding="utf-8")
    tested = report.split("## Developed on")[0]
    f1 = dict(re.findall(r"^\| (\w+)[^|]* \|.* ([01]\.\d\d) \|$", tested, re.M)[:4])
    told = " ".join(QUALITY.split())
    said = re.search(
        r"rejected F1 (\S+), hedged (\S+), quoted (\S+), speaker (\S+)\. On", told
    ).groups()
    assert [f"{float(value):.2f}" for value in said] == [
        f1[column] for column in ("rejected", "hedged", "quoted", "speaker")
    ]


def rows_of(report):
    """Return the cells of all tables of a report."""
    lines = (ROOT / "benchmarks" / report).read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]


def test_what_topics_reach_is_what_the_reports_say():
    told = " ".join(QUALITY.split())
    rows = rows_of("topic_recovery.md")
    found = [row for row in rows if row[1] in ("nmf", "lda", "seeded-lda") and len(row) == 7]
    large = [float(row[3]) for row in found if int(row[2].replace(",", "")) >= 1000]
    assert f"matched cosine .{int(100 * min(large))} and more from 1,000 units on" in told
    assert {row[5] for row in found if row[1] == "seeded-lda"} == {"3 of 3"}
    covered = [float(row[2]) for row in rows if row[1] in ("refit", "composition")]
    low, high = (round(100 * end(covered)) for end in (min, max))
    assert f"{low} to {high} covered it" in told


def test_how_fast_topics_are_is_what_the_report_says():
    times = {row[0]: float(row[2].split(" ")[0]) for row in rows_of("topics.md") if len(row) == 3
             and re.match(r"[\d.]+ \(", row[2])}  # fmt: skip
    counting = [times[name] for name in times if name.endswith("CountVectorizer")]
    assert "between a fourth and a fifth of the time of CountVectorizer" in " ".join(
        QUALITY.split()
    )
    assert all(4 <= ratio <= 5 for ratio in counting)
    assert 0.9 <= times["scikit-learn, NMF"] <= 1.1
    assert min(times[name] for name in times if name.startswith("gensim")) > 1
    coherence = {row[0]: float(row[1]) for row in rows_of("topics.md") if len(row) == 2
                 and re.fullmatch(r"0\.\d+", row[1])}  # fmt: skip
    rivals = [value for name, value in coherence.items() if name.startswith("gensim")]
    assert coherence["ours, lda"] > max(rivals)


def test_what_contrasts_promise_is_what_the_report_says():
    report = " ".join((ROOT / "benchmarks" / "levels.md").read_text(encoding="utf-8").split())
    level, covered = re.search(
        r"Worst cells: p ≤ \.05 in (0\.\d+) without .*?; covered (0\.\d+)", report
    ).groups()
    told = " ".join(QUALITY.split())
    assert f"p is .05 or less in {100 * float(level):.1f} of 100 cases" in told
    assert f"{100 * float(covered):.1f} of 100 intervals cover what was planted" in told


def test_how_fast_hits_are_found_is_what_the_run_says():
    figures = json.loads((ROOT / "benchmarks" / "matching.json").read_text(encoding="utf-8"))

    def times(setting, name, task):
        rows = figures["speed"][setting]["programs"]
        ratio = next(row for row in rows if (row["name"], row["task"]) == (name, task))
        value = ratio["times_ours"]["median"]
        value = 1 / value if name.startswith("polars") else value
        return f"{value:.1f}" if value < 10 else f"{value:.0f}"

    told = " ".join(QUALITY.split())
    topic, other, plain = (times(setting, "spaCy", "hits") for setting in range(3))
    assert f"found {topic} times as fast as spaCy finds plain words" in told
    assert f"and {other} times in other news" in told
    assert f"with a list of plain words {plain} times" in told
    assert f"counted {times(2, 're', 'counts')} times as fast as with" in told
    assert f"counts whole words {times(2, 'polars, words', 'counts')} times as fast" in told
    assert f"substrings {times(2, 'polars, substrings', 'counts')} times" in told


def test_the_paper_is_cited_by_its_title():
    paper = (ROOT / "paper" / "paper.md").read_text(encoding="utf-8")
    title = re.search(r'^title: "(.+)"$', paper, re.M).group(1)
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").replace("\n> ", " ").split())
    assert f'title: "{title}"' in citation
    assert readme.count(f"*{title}*") == 1


def test_the_worst_figures_stand_first():
    told = QUALITY.split("## Whether")[0]
    report = (ROOT / "benchmarks" / "foreign_generators.md").read_text(encoding="utf-8")
    serials, weeklies = (report.split(f"\n## {name}")[1].split("\n## ")[0]
                         for name in ("Serials", "Weeklies"))  # fmt: skip

    def shares(part, measured):
        return [float(share) for share in re.findall(rf"\| {measured} \| ([\d.]+) \|", part)]

    regressions = "\n".join(row for row in weeklies.splitlines() if row.startswith("| regress"))
    covered, alarms = min(shares(serials, "covered")), max(shares(regressions, "false alarms"))
    assert f"covered in .{100 * covered:.0f}, one outlet of six" in told
    assert f"called different in up to {100 * alarms:.0f} of 100 cases, where a handful" in told
    contrasts = "\n".join(row for row in weeklies.splitlines() if row.startswith("| contrast"))
    most = max(shares(contrasts, "false alarms"))
    assert f"| `contrast`, papers of a few explainers | {100 * most:.0f} |" in QUALITY
    news = (ROOT / "benchmarks" / "news.md").read_text(encoding="utf-8")
    blind = news.split("## Passages of the first two blind writers")[1].split("\n## ")[0]
    doubt = re.search(r"^\| 2\.2\.0 \|(?:[^|]*\|){3} 0(\.\d\d) ", blind, re.M)[1]
    assert f"F1 of {doubt} for skepticism, on text of writers" in told


def test_fresh_news_is_told_as_its_report_says():
    report = (ROOT / "benchmarks" / "real_news_trials.md").read_text(encoding="utf-8")
    part = report.split("\n## The test part")[1].split("\n## ")[0]
    size, articles = re.search(r"^(\d+) sentences of (\d+) articles; coded", part, re.M).groups()
    reached = {}
    for name, figures in re.findall(r"^\| ([^|]+) \|(.* 0\.\d\d \[.*)\|$", part, re.M):
        cells = [cell.strip().split(" (")[0].replace("0.", ".") for cell in figures.split("|")]
        if len(cells) == 5 and name not in reached:
            # Skepticism, and the mean of the four frames.
            reached[name] = cells[3:]
    rows = QUALITY.splitlines()
    first = next(n for n, row in enumerate(rows) if row.startswith(f"| {size} sentences of the"))
    assert f"beginnings of {articles} other articles" in rows[first]
    told = [[cell.strip() for cell in row.split("|")[2:5]] for row in rows[first : first + 3]]
    names = {"1.1.0": "1.1.0", "2.2.0": "2.2.0", "joined": "joined instrument"}
    assert [cells[0] for cells in told] == list(names)
    for name, *figures in told:
        of_report = reached[names[name]]
        # The first lexicon is told without its intervals.
        assert figures == [
            value if "[" in figure else value.split(" ")[0]
            for figure, value in zip(figures, of_report, strict=True)
        ]
    assert all("[" in figure for row in told[1:] for figure in row[1:])
    assert f"The {size} sentences are easier than the locked third, as 1.1.0 shows." in QUALITY
    locked = re.search(r"1\.1\.0 has (\.\d\d) here, (\.\d\d) in the locked third", report).groups()
    assert locked[0] == reached["1.1.0"][1].split(" ")[0]
    assert locked[0] > locked[1]
    more = re.search(r"Learning from (\d+) sentences more", QUALITY)[1]
    # Those of the training part, without the ones that share words with the test part.
    trained, _ = re.search(r"the other (\d+) sentences of (\d+) articles", report).groups()
    left_out = re.search(r"(\d+) of its sentences share eight words", report)[1]
    assert int(more) == int(trained) - int(left_out)


def test_the_newsroom_is_told_as_its_report_says():
    report = (ROOT / "benchmarks" / "foreign_newsroom.md").read_text(encoding="utf-8")
    calls, worst = (
        [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.splitlines()]
        for part in report.split("## By call")[1].split("## The 25 worst cells")
    )
    of = {cells[0]: cells for cells in calls if len(cells) == 7}

    def least(call):
        return f"{float(of[call][2]):.2f}".lstrip("0")

    alone = least("score(share).interval, no cluster")
    assert f"covered in {alone}, a page of five authors, without" in QUALITY
    # The blogs are no longer among the worst cells.
    assert not any(cells[:1] == ["score(unit=document).interval"] for cells in worst)
    blogs = least("score(unit=document).interval")
    assert f"frame in runs of three | {blogs} | .86 | 1,120" in NOTES
    assert f"copied agency stories | {least('pool(rate)')} | | 100" in QUALITY
    scores = least("score(rate).interval")
    assert f"live blogs whose frame comes in runs | {scores} | | 100" in QUALITY
    week, pooled = least("regress(rate) week"), least("pool(share)")
    assert f"on fresh draws both have {week} and {pooled} " in QUALITY
    weeks = [of[f"regress({kind}) week"] for kind in ("rate", "share")]
    slopes, before = (100 * max(float(cells[k]) for cells in weeks) for k in (5, 6))
    told = next(row for row in QUALITY.splitlines() if "newsroom, the worst of 18" in row)
    assert f"| {before:.0f} | 200 (" in told
    assert f"; {slopes:.1f} in the 100 of the [newsroom]" in told
    pairs = 100 * float(of["contrast(rate) difference"][5])
    assert f"twelve pairs of outlets of the newsroom | up to {pairs:.1f} |" in QUALITY

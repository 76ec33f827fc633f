"""Files of a test as a corpus, and what it says about its articles."""

import framing as fr


def read(folder, name, content, **options):
    """Return the corpus of a file, without bars."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return fr.read_corpus(path, progress=False, **options)


def facts(corpus, *names):
    """Return title, source and day of each article, and further columns."""
    rows = corpus.table.astype(object).where(corpus.table.notna(), None)
    days = [str(day)[:10] if day else None for day in rows["date"]]
    return list(zip(rows["title"], rows["source"], days, *(rows[x] for x in names), strict=True))

"""Answers of interfaces: posts and wires whose parts stand apart in JSON, each put together."""

from typing import Any

from framing.corpus.columns import is_usual

# Objects are looked into so deep.
_DEEPEST = 8

Object = dict[str, Any]


def whole_answer(content: Any) -> Any:
    """Return an answer of an interface with its posts, stories (AP) and comments whole."""
    content = _with_blocks(_with_replies(whole_posts(content)))
    return _whole_stories(content) if _has_stories(content) else content


def whole_posts(content: Any) -> Any:
    """Return an answer of the interface of Twitter with its posts whole.

    It lists their writers apart, {"data": [{"author_id": "1", …}], "includes": {"users": […]}},
    which become the "author" of each post, as twarc does; and a long post has its text under
    "note_tweet", and the beginning of it under "text".
    """
    posts = content.get("data") if isinstance(content, dict) else None
    if not isinstance(posts, list | dict):
        return content
    apart = content.get("includes")
    users = apart.get("users") if isinstance(apart, dict) else None
    writers = {
        str(user["id"]): {key: user[key] for key in ("name", "username") if key in user}
        for user in (users if isinstance(users, list) else [])
        if isinstance(user, dict) and "id" in user
    }

    def joined(post: Any) -> Any:
        if not isinstance(post, dict):
            return post
        writer, note = writers.get(str(post.get("author_id"))), post.get("note_tweet")
        if writer and "author" not in post:
            post = post | {"author": writer}
        if isinstance(note, dict) and isinstance(note.get("text"), str) and "text" in post:
            post = post | {"text": note["text"]}
        return post

    whole = [joined(post) for post in posts] if isinstance(posts, list) else joined(posts)
    return content | {"data": whole}


def _with_replies(content: Any) -> Any:
    """Return the comments of YouTube in a list of threads, where replies stand below each one."""
    threads = content.get("items") if isinstance(content, dict) else None
    if not isinstance(threads, list) or not threads or not all(map(_is_thread, threads)):
        return content
    comments = []
    for thread in threads:
        below = thread.get("replies")
        replies = below.get("comments") if isinstance(below, dict) else None
        comments += [thread["snippet"]["topLevelComment"], *(replies or ())]
    return content | {"items": [comment for comment in comments if isinstance(comment, dict)]}


def _is_thread(thread: Any) -> bool:
    """Return whether an object is a thread of comments of YouTube."""
    inner = thread.get("snippet") if isinstance(thread, dict) else None
    return isinstance(inner, dict) and isinstance(inner.get("topLevelComment"), dict)


def _with_blocks(content: Any) -> Any:
    """Return the articles of the Guardian whose text stands in blocks with that text as "body"."""
    if isinstance(content, list):
        return [_with_blocks(article) for article in content]
    if not isinstance(content, dict):
        return content
    answer = content.get("response")
    if isinstance(answer, dict):
        inner = {key: _with_blocks(answer[key]) for key in ("content", "results") if key in answer}
        return content | {"response": answer | inner}
    blocks = content.get("blocks")
    pieces = blocks.get("body") if isinstance(blocks, dict) else None
    if "webTitle" not in content or not isinstance(pieces, list):
        return content
    fields = content.get("fields")
    if isinstance(fields, dict) and any(fields.get(key) for key in ("body", "bodyText")):
        return content
    texts = [
        text
        for piece in pieces
        if isinstance(piece, dict)
        and isinstance(text := piece.get("bodyHtml") or piece.get("bodyTextSummary"), str)
    ]
    rest = {key: value for key, value in content.items() if key != "blocks"}
    return rest | {"body": "\n\n".join(texts)} if any(texts) else content


def _has_stories(content: Any, depth: int = 0) -> bool:
    """Return whether the first objects of lists are stories of AP, or hold one."""
    if depth > _DEEPEST:
        return False
    if isinstance(content, list):
        return bool(content) and _has_stories(content[0], depth + 1)
    if not isinstance(content, dict):
        return False
    return _story(content) is not None or any(
        _has_stories(value, depth + 1) for value in content.values()
    )


def _whole_stories(content: Any) -> Any:
    """Return an answer of the interface of AP with each story as one object.

    A story is {"meta": {…}, "item": {"headline": …}}, or {"data": {"item": …}} where a program
    keeps the text beside it: the item is the story, with the texts that stand beside it.
    """
    if isinstance(content, list):
        return [_whole_stories(inner) for inner in content]
    if not isinstance(content, dict):
        return content
    return _story(content) or {key: _whole_stories(value) for key, value in content.items()}


def _story(content: Object) -> Object | None:
    """Return the story that an object wraps; None for other objects."""
    inner = content.get("data")
    item = (inner if isinstance(inner, dict) and "item" in inner else content).get("item")
    if not isinstance(item, dict) or not is_story(item):
        return None
    beside = {
        key: value
        for key, value in content.items()
        if key not in item and key not in ("data", "item", "meta", "params")
        if isinstance(value, dict) or (isinstance(value, str) and is_usual(key, "text"))
    }
    return item | beside


def is_story(content: Object) -> bool:
    """Return whether an object is a story of AP, by its identifiers and its headline."""
    return {"altids", "headline"} <= content.keys()

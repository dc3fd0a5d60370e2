"""How paths in URLs are matched."""

from werkzeug.routing import PathConverter


class AnyPath(PathConverter):
    """Like werkzeug's `path`, for names with line breaks too: git allows them."""

    regex = r"[^/](?s:.*?)"


CONVERTERS = {"path": AnyPath}

"""What a drawn figure shows, and whether it can be read."""

from itertools import combinations

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg

LONG = "A headline of the length that editors like, with a clause added to it"


def texts_of(figure):
    """Return the visible texts of a drawn figure and their boxes, in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    hidden = {text for axes in figure.axes for text in undrawn_labels(axes)}
    return {
        text: mpl.text.Text.get_window_extent(text, renderer)  # without the line to a point
        for text in figure.findobj(mpl.text.Text)
        if text.get_visible() and text.get_text().strip() and text not in hidden
    }


def undrawn_labels(axes):
    """Yield the labels of ticks that exist and are not drawn, being outside the axis."""
    for axis in (axes.xaxis, axes.yaxis):
        drawn = axis._update_ticks() if axes.get_visible() else []
        for tick in [*axis.majorTicks, *axis.minorTicks]:
            if tick not in drawn:
                yield from (tick.label1, tick.label2)


def assert_readable(figure):
    boxes = texts_of(figure)
    page = figure.bbox
    for text, box in boxes.items():
        inside = box.x0 >= -1 and box.x1 <= page.x1 + 1 and box.y0 >= -1 and box.y1 <= page.y1 + 1
        assert inside, f"{text.get_text()!r} is cut at the edge"
        assert text.get_fontsize() >= 6.5
    for (a, first), (b, second) in combinations(boxes.items(), 2):
        # A pixel of touching is no overlap.
        apart = (
            first.x1 - 1 <= second.x0
            or second.x1 - 1 <= first.x0
            or first.y1 - 1 <= second.y0
            or second.y1 - 1 <= first.y0
        )
        assert apart, f"{a.get_text()!r} and {b.get_text()!r} overlap"

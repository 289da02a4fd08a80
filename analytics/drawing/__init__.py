"""The drawings of a report: where every mark, line and word of them goes. Pure geometry.

Three kinds: `dots` (figures one above the other, each a dot on its range), `funnel` (an authority
among all others) and `xmr` (one authority over waves). Each gives a frozen value with places that
are ready to be written in an attribute, and with all that must stand beside a drawing: `title`,
`description`, `table` (its twin in words) and `sentence` (to be pasted into somebody's report). The
templates `analytics/charts/*.svg` draw them, and `analytics/picturing.py` makes files of them.

A drawing stands alone: on a page, as a file, in print, as a picture in a document. So it is not
styled from outside, and it comes in two widths: `sheet.NARROW`, whose text is still 12 pixels high
where a phone gives it 288, and `sheet.WIDE`. Whatever is told is told by shape, place and words;
colour only repeats it.

What is withheld is no part of a drawing: no mark, no word, no row of its table, and no line passes
over its gap. Of what is only known as "over 90%" there is a band over all that this may mean.
"""

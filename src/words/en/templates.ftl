# What the templates say around every page. A template gets each text without arguments as `words.<key>`, with `_` for `-`, and
# asks for the others by `say`; the names are listed in `pages/render.rs`.

template-skip-to-content = Skip to the content
template-data-as-of = Data as of
template-pages = Pages
template-period = Period
template-on-this-page = On this page

template-about-this-page = About this page
template-shows = What this shows
template-how-to-read = How to read it
template-cannot-tell = What it cannot tell

template-organisation = For
template-status = Status
template-made-with = Made with
template-build = Build
template-what-was-read = What was read, and how
template-definitions-and-methods = Definitions and methods
template-every-figure = Every figure (CSV)
template-report-as-data = The report as data (JSON)

template-stands-out = stands out
template-take-care = Take care
template-not-measurable = Not measurable
template-more-on-this = More on this

template-nothing-to-show = Nothing to show.
template-download-csv = Download as CSV
template-figure = Figure { $number }
    .aloud = figure { $number }
template-numbers-behind = The numbers behind this chart

template-source = Source:
template-used-in = Used in:
template-used-in-figures = { $number ->
        [one] Used in { $number } figure
       *[other] Used in { $number } figures
    }

template-money-at-stake = Money at stake
template-cases = Cases
template-next-step = Next step
template-suggested-for = Suggested for:
template-see-the-cases = See the cases
template-how-it-is-defined = How it is defined

# How deals ended.

deals = Deals that closed
deals-won = { $closed ->
        [one] Of { $closed } deal closed in { $period }, { $won ->
            [one] { $won } was
           *[other] { $won } were
        } won ({ $rate }).
       *[other] Of { $closed } deals closed in { $period }, { $won ->
            [one] { $won } was
           *[other] { $won } were
        } won ({ $rate }).
    }
deals-won-worth = { $closed ->
        [one] Of { $closed } deal closed in { $period }, { $won ->
            [one] { $won } was
           *[other] { $won } were
        } won ({ $rate }), worth { $revenue }.
       *[other] Of { $closed } deals closed in { $period }, { $won ->
            [one] { $won } was
           *[other] { $won } were
        } won ({ $rate }), worth { $revenue }.
    }
deals-velocity = Pipeline velocity: { $pace }.
deals-velocity-of = Pipeline velocity: { $pace } ({ $basis }).
deals-late = { $evidence }; nine in ten within { $time }
deals-none-closed = No deal closed in { $period }.
    .text = A table of deals with a close date and an outcome would show some, if there were any.
deals-before-start = { $cases ->
        [one] { $cases } deal is dated as won before being opened.
       *[other] { $cases } deals are dated as won before being opened.
    }
    .text = They count as won, and with their negative days in the time to win.
deals-unknown = { $deals ->
        [one] The outcome of { $deals } deal is not known.
       *[other] The outcome of { $deals } deals is not known.
    }
    .text = Closed without an outcome, or in a stage that no word explains: they count as neither won, lost nor open.
deals-open = { $deals ->
        [one] { $deals } deal is open.
       *[other] { $deals } deals are open.
    }
    .text = On { $as_of }. Open deals count in no win rate.
deals-wins = wins
    .several = win
    .more = more
    .less = less
deals-closed-in = deals closed in { $period }
deals-by-member = Deals closed in { $period }, by { $dimension }
deals-breakdown = Deals by { $dimension }: { $count } { $members }
deals-by-quarter = Deals by the quarter in which they closed
    .quarter = Quarter
    .note = Oldest first.
    .not-complete = { $quarter }, not complete

# What to know about a figure besides its value, or why it has none. Up to 32 characters a remark is shown in place of the value.

remark-nothing-to-measure = nothing to measure: the denominator is 0
remark-no-case = no case to measure
remark-no-spend = no spend recorded
remark-zero-spend = spend is 0
remark-spend-without-any = spend, but nothing to divide it by
remark-spend-without-lead = spend but no lead
remark-spend-and-leads-apart = no source has spend and leads
remark-spend-without-deal = spend but no closed deal
remark-spend-and-deals-apart = no source has spend and deals
remark-not-told-by-leads = leads do not tell it
remark-not-followed = not yet: no lead has been followed for so long
remark-in-progress = in progress: the youngest open lead has been followed for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
remark-before-start = dated before its start: counts as day 0 in the incidence, as dated in the percentiles
remark-won-before-opened = won before it was opened
remark-of-median-cycle = won amount a day of the median cycle, deals closed in the period
remark-not-at-stake = not at stake: these deals are known, only where they came from is not
remark-too-few-deals = too few deals to tell: the interval is wider than the sum
remark-withheld = withheld: fewer than { $people }

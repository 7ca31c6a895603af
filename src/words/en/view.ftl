# What tiles, cells, bars, tables and charts of any page say of a figure.

view-all-data = All data
view-period-span = { $name } ({ $from } to { $to })
view-in-progress = The youngest have been followed for { $followed }; of those who { $reached }, one in ten took more than { $usual }.

figure-a-day = { $amount } a day
figure-in-currency = { $name } in { $currency }
figure-days = { $days } days
figure-range = { $low } to { $high }
figure-interval = 95% interval { $interval }
figure-too-few = too few to judge
figure-from-cases = { $cases ->
    [one] from { $cases } case
   *[other] from { $cases } cases
}
figure-from = from { $things }
figure-part-of = { $part } of { $all }
figure-so-far-of = { $part } so far of { $all }
figure-for = { $amount } for { $things }
figure-on = { $back } on { $spent }
figure-with-basis = { $value } ({ $part } of { $all })
figure-all = all: { $value }
figure-at-stage = { $count } { $stage }
figure-leads = { $count ->
    [one] { $count } lead
   *[other] { $count } leads
}
figure-customers = { $count ->
    [one] { $count } customer
   *[other] { $count } customers
}
figure-deals = { $count ->
    [one] { $count } deal
   *[other] { $count } deals
}
figure-cases = { $count ->
    [one] { $count } case
   *[other] { $count } cases
}

change-unfair = not compared with { $period }: leads still in progress
change-beside = { $value } in { $period }
change-by = { $by } from { $value } in { $period }
change-by-unclear = { $by } from { $value } in { $period }: may be chance
change-too-few = too few to compare with { $period }
change-unclear = no clear change from { $period }
change-up = up by { $points } points from { $period }
change-down = down by { $points } points from { $period }

stage-became-customers = became customers
stage-reached = reached { $stage }
stage-become-customers = become customers
stage-reach = reach { $stage }
stage-step = { $from } to { $to }

dimension-speed_band = time to first contact
    .several = times to first contact
dimension-industry = industry
    .several = industries
dimension-other = { $name }
    .several = { $name }s
member-none = no { $dimension } recorded

table-all = All
table-sorted = Sorted by { $name }.
table-left-out = { $rest } { $members } with less left out; “All” counts them.
table-above-below = “Above” or “below the others”: the difference from all others together is beyond chance, with regard to how many are compared (Holm’s correction).
table-grey = Grey: fewer than { $cases } cases, too few to judge.
table-above = above the others
table-below = below the others
table-period = Period
table-not-complete = not complete yet
gap-supply = It would take { $supply }.

chart-whiskers = Whiskers: 95% interval.
chart-all = Dashed line: all together.
chart-highlighted = Highlighted: differs from all others beyond chance, with regard to how many are compared.
chart-grey = Grey: fewer than { $cases } cases, or nobody recorded it.
chart-by-member = { $name } by { $dimension }, { $population }; highest first
chart-by-member-few = { $name } by { $dimension }, { $population }; highest first, too few to judge last
chart-more = { $subtitle }; { $rest } { $members } more in the table
chart-spark = By quarter, oldest first.
chart-quarter = quarter
    .month = month

standing-named = { $name } { $verb }
standing-one = One { $dimension } { $verb }
standing-several = { $count } { $members } { $verb }
standing-too-few = Too few cases to compare { $members }
standing-nobody = No { $dimension } differs clearly from the others
standing-than-average = { $who } { $side } than the others
standing-one-other = { $who } { $better }, one { $worse } than the others
standing-others = { $who } { $better }, { $rest } { $worse } than the others

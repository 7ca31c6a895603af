# Where leads leak: each leak with its name, what happens there and what to do next; then the page.

leak-no-source = No source recorded
    .what = The lead came in with no source on record, so nobody can tell what brought it.
    .next-step = Make the source a required field on forms and imports, and fill it in for these leads.
leak-never-handed-over = Ready, never handed over
    .what = The lead met the agreed definition, and nobody passed it on to sales in the agreed time.
    .next-step = Hand these leads over this week, and let the handover follow as soon as a lead meets the definition.
leak-no-owner = Handed over, no owner
    .what = The lead was passed to sales, and no person was named to work it.
    .next-step = Name an owner for each of these leads, and set a rule that names one at every handover.
leak-late-first-touch = First sales contact too late
    .what = Sales got in touch with the lead, but only after the agreed time.
    .next-step = Find out what held up the first contact, and set a reminder before the agreed time is up.
leak-never-touched = Handed over, never contacted
    .what = The lead was passed to sales, the agreed time is up, and no contact by sales is on record.
    .next-step = Contact these leads first, and go through untouched leads together every week.
leak-too-few-attempts = Given up too early
    .what = Sales closed the lead as not reached after fewer attempts than agreed.
    .next-step = Put these leads back on the call list until the agreed number of attempts is made.
leak-no-verdict = No verdict from sales
    .what = Sales has not said whether it takes the lead, refuses it or sends it back, and the agreed time is up.
    .next-step = Ask each owner for a verdict on these leads, and check for missing ones every week.
leak-rejected-without-reason = Rejected without a reason
    .what = Sales refused the lead and gave no reason, so marketing cannot learn from it.
    .next-step = Make the reason a required field with a short list of choices, and fill it in for these leads.
leak-not-nurtured = Sent back, not nurtured
    .what = Sales refused the lead or sent it back, and marketing has not been in touch since.
    .next-step = Put these leads into a nurturing programme, and let every lead that is sent back start one.
leak-stalled = Deal stalled
    .what = The deal is open, and nothing has happened on it for longer than deals stay in its stage.
    .next-step = Decide on each of these deals: a next step with a date, or close it.
leak-lost-without-reason = Lost without a reason
    .what = The deal was lost and no reason was recorded, so neither team can learn from it.
    .next-step = Record why these deals were lost, and make the reason a required field when a deal is closed.
leak-lost-and-forgotten = Lost and forgotten
    .what = The deal was lost, and nobody has been in touch since.
    .next-step = Put these leads on a list of people to keep in touch with, each with a date to look again.
leak-new-evidence-ignored = Came back, not reopened
    .what = The lead was lost or rejected, then came back to us on its own, and nobody reopened the case.
    .next-step = Reopen these cases now, and tell the owner whenever a closed lead comes back.
leak-won-then-silent = Won, then silence
    .what = The customer bought, and nobody has been in touch since.
    .next-step = Call these customers, and plan a first call after every sale.
leak-untraceable-deal = Deal with no lead behind it
    .what = The deal cannot be traced to a lead, so no source gets the credit for it.
    .next-step = Link these deals to their leads, and ask for the link whenever a deal is opened.
leak-duplicate = Same person, two owners
    .what = The same person is in the exports twice, and two owners work the records.
    .next-step = Merge these records, and agree on one owner for each person.

## what is said of any leak

leakage-quoted = “{ $leak }”
leakage-owner-marketing = marketing
leakage-owner-sales = sales
leakage-owner-both = marketing and sales
leakage-leads = { $cases ->
    [one] { $cases } lead
   *[other] { $cases } leads
}
leakage-deals = { $cases ->
    [one] { $cases } deal
   *[other] { $cases } deals
}
leakage-share-of-leads = { $share } of the leads that this rule applies to; { $evidence }
leakage-share-of-deals = { $share } of the deals that this rule applies to; { $evidence }
leakage-agreed-time = Agreed time: { $time }.
leakage-agreed-attempts = { $attempts ->
    [one] Agreed: at least { $attempts } attempt.
   *[other] Agreed: at least { $attempts } attempts.
}
leakage-time-days = { $number ->
    [one] { $number } day
   *[other] { $number } days
}
leakage-time-hours = { $number ->
    [one] { $number } hour
   *[other] { $number } hours
}
leakage-time-minutes = { $number ->
    [one] { $number } minute
   *[other] { $number } minutes
}
leakage-time-seconds = { $number ->
    [one] { $number } second
   *[other] { $number } seconds
}
leakage-no-money = none
    .nothing-left = no such case is still to be won
leakage-not-won = { $cases ->
    [one] { $cases } case not won
   *[other] { $cases } cases not won
}
leakage-interval = 95% interval { $ends }
leakage-money-meaning = Money at stake is what such cases have been worth on average, not what plugging the leak would return.

## the finding and the headline

leakage-nothing-to-find = The exports do not hold what is needed to find leaks.
leakage-none-found = No lead of { $period } broke a rule that could be checked.
leakage-broken = { $share } of the leads of { $period } broke a rule ({ $of }).
leakage-most-money = Of the { $all } at stake, the most, { $money }, is in “{ $leak }”.
leakage-most-cases = The first to look at is “{ $leak }” with { $cases }.
leakage-largest-in-money = Largest leak in money

## the charts

leakage-waterfall = From leads in to customers
leakage-waterfall-title = { $customers } of { $leads ->
    [one] { $leads } lead
   *[other] { $leads } leads
} became customers
leakage-waterfall-subtitle = Leads of { $period }, each counted once at the first rule it broke, in the order of the rules
leakage-waterfall-caption = Strong colour: leaked. Dashed: not decided yet. Grey: left by a decision. A lead that bought counts as a customer, even where a rule was broken on the way.
leakage-step = Step
    .number = Leads
    .leads = Leads in
    .in-progress = Still in progress
    .recycled = Sent back to nurturing
    .rejected = Rejected by sales
    .lost = Lost
    .customers = Customers
leakage-largest = The largest leaks
leakage-leak = Leak
leakage-cases = Cases
leakage-share = Share of the cases that the rule applies to
leakage-by-money = Most money at stake: { $leak }
    .not-ahead = Most money: { $leak }, not clearly ahead
    .subtitle = { $name }, leads of { $period }, the most first
    .caption = A case that broke several rules counts at each of them, so the bars add up to more than the money at stake. Whiskers: 95% interval. Where whiskers overlap, the order of two leaks is not certain.
leakage-by-number = Most cases: { $leak }
    .subtitle = Cases, leads of { $period }, the most first; the money may be elsewhere
    .caption = A case that broke several rules counts at each of them. Counts of all cases on record, so without an interval.
leakage-over-time = Over time
leakage-trend = { $share } of the leads of { $period } broke a rule
    .unknown = Leads that broke a rule, by { $unit }
    .subtitle = Share of leads that broke a rule, by { $unit } in which the lead entered
    .caption = Band: 95% interval. Leads of the latest periods have had less time to break a rule, so a fall at the end is no success yet.

## the cards and the lists

leakage-cards = Leak by leak, the most money first
    .by-cases = Leak by leak, the most cases first
leakage-absent = Checked, and none found.
    .text = No case of { $leaks } in { $period }.
leakage-first-cases = The first cases of each leak
leakage-case-list = { $leak } ({ $cases })
    .caption = { $leak }: the first { $shown } of { $cases } over all the time covered, the most money first
    .note = The card of the leak links to the whole list.
leakage-case = Record id
    .source = Source
    .owner = Owner
    .stage = Furthest stage
    .entered = Entered
leakage-breakdowns = Leaks by source and owner
leakage-table = The largest leaks by { $dimension }, leads of { $period }
leakage-standing-still = Open deals that stand still
    .text = { $share } of the open deals have stood still for longer than their limit ({ $evidence }), whenever they were opened. The limit of a stage is the agreed one, else what nine in ten won deals took.
leakage-unmeasured = Leaks that could not be measured
    .leak = { $leak }.
leakage-unreached = Nothing to check.
    .text = No case came far enough to be checked for { $leaks }.

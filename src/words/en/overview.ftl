# The overview.

## the finding

overview-deals-alone = The exports hold deals and no leads. In { $period }, { $won } deals were won, { $rate } of those closed.
overview-no-leads = The exports hold no leads, so there is no way from lead to customer to show.
overview-no-way = The leads of { $period }, and what became of them.
overview-none-came = No lead came in in { $period }.
overview-became-customers = Of the { $leads ->
    [one] { $leads } { $stage }
   *[other] { $leads } { $stages }
} of { $period }, { $reached ->
    [one] { $reached } became a customer
   *[other] { $reached } became customers
} so far ({ $rate }).
overview-reached-stage = Of the { $leads ->
    [one] { $leads } { $stage }
   *[other] { $leads } { $stages }
} of { $period }, { $reached } reached { $end } so far ({ $rate }).
overview-too-few = These are too few to judge.
overview-in-progress = More may follow: the youngest are still on their way.
overview-biggest-leak = The biggest leak is “{ $leak }”, with { $money } at stake.
    .by-cases = The leak with the most cases is “{ $leak }”.

## headline figures

overview-headline = Headline figures and the biggest leak
overview-closed-then = deals closed then
    .evidence = deals closed then; { $evidence }

## what changed

overview-changes = What changed against { $before }
    .table = Headline rates, { $period } against { $before }
    .note = Up or down: beyond chance, with regard to how many rates are compared here (Holm’s correction). Else the difference may be chance, also where its own interval leaves out 0.
overview-rate = Rate
    .difference = Difference (95% interval)
    .meaning = What it means
overview-difference = { $low } to { $high } points
overview-no-rate-compared = None of the headline rates can be compared yet.
overview-no-rate-changed = No headline rate changed clearly.
overview-clear-changes = Clear changes: { $changes }.
overview-change = { $measure } { $change }
    .up = up by { $points } points
    .down = down by { $points } points
    .level = no clear change
    .too-few = too few to compare
    .in-progress = not compared: leads still in progress

## the targets

overview-targets = Against the targets
    .table = Targets of the project file, { $period }
overview-target = Measure
    .target = Target
    .figure = Figure
    .stands = Where it stands
overview-target-unknown = no such figure in this period
overview-target-not-measured = not measured
overview-target-too-close = within its interval: too close to tell
overview-target-met = met: above the target
    .below = met: below the target
overview-target-missed = missed: below the target
    .above = missed: above the target
overview-target-neither = above the target
    .below = below the target

## what stands out

overview-findings = What stands out
overview-largest-source = Largest source.
    .text = { $source } brought the most leads, { $of }.
    .none = No source at all is recorded for { $of } leads, more than any source brought.
overview-best-source = Conversion to { $stage } by source.
    .rate = { $source } ({ $share }; { $evidence })
    .both = Against { $all } of all leads, { $best } does best and { $worst } worst.
    .better = Against { $all } of all leads, { $best } does clearly better than the others.
    .worse = Against { $all } of all leads, { $worst } does clearly worse than the others; none does clearly better.
    .neither = Against { $all } of all leads, no source differs clearly from the others.
    .too-few = No source has enough leads to tell its rate from the { $all } of all leads.
overview-feedback = Feedback.
    .text = Of the leads handed over and due for a verdict, sales gave one on { $rate } ({ $evidence }).
    .accepted = Of the leads handed over and due for a verdict, sales gave one on { $rate } ({ $evidence }), and accepted { $accepted } of those with a verdict.
overview-first-contact = First contact.
    .never = Of the leads handed over whose agreed time is up, { $share } were never contacted ({ $evidence }).
    .within = Of the leads handed over whose agreed time is up, { $share } were never contacted ({ $evidence }); where there was a first contact, half came within { $median } and nine in ten within { $most }.
    .half-same-day = Of the leads handed over whose agreed time is up, { $share } were never contacted ({ $evidence }); where there was a first contact, half came on the day itself and nine in ten within { $most }.
    .same-day = Of the leads handed over whose agreed time is up, { $share } were never contacted ({ $evidence }); where there was a first contact, half came on the day itself and nine in ten on the day itself.
overview-leaks = Leaks.
    .text = { $share } of the leads broke a rule ({ $evidence }). Most often: “{ $leak }”, { $cases }.

## what could not be measured

overview-gaps = What could not be measured
overview-further-gaps = { $measures ->
    [one] { $measures } further measure.
   *[other] { $measures } further measures.
}
    .text = The data page lists what is missing.
overview-leak-gaps = { $leaks ->
    [one] { $leaks } kind of leak.
   *[other] { $leaks } kinds of leak.
}
    .text = The leakage page says which column would supply each.

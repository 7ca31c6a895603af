# What sales said of the leads it was given.

feedback-none-due = None of the { $leads } leads handed over in { $period } is due for a verdict yet.
feedback-not-told = The exports do not say what sales thought of the leads handed over in { $period }.
feedback-given = Of the leads handed over in { $period } and due for a verdict, sales gave one on { $rate }{ $of }.
feedback-given-accepted = It accepted { $share } of those with a verdict{ $of }.
feedback-given-too-few = These are too few to judge.
feedback-two-readings = Acceptance has two readings: of all leads handed over, and of those that sales gave a verdict on. They differ by the leads without a verdict, so read both with the feedback rate between them.
feedback-not-due = Not due yet.
    .text = { $leads ->
        [one] { $leads } lead without a verdict still had time on { $as_of }. The feedback rate leaves it out.
       *[other] { $leads } leads without a verdict still had time on { $as_of }. The feedback rate leaves them out.
    }
feedback-most-within = { $evidence }; nine in ten within { $time }

feedback-verdicts = What sales said
feedback-no-reasons = No reasons to rank.
    .text = No lead of the period was rejected or sent back, or the exports have no column with the reason.
feedback-verdict = Verdict
    .accepted = Accepted
    .rejected = Rejected
    .recycled = Recycled (sent back)
    .share = Share of leads with a verdict
feedback-split-title = Sales accepted { $share } of leads with a verdict
feedback-split-too-few = Too few verdicts to judge
feedback-split-subtitle = Share of the leads handed over in { $period } that have a verdict, in the order of the process
feedback-split-grey = Grey: too few to judge.

feedback-reason = Reason
    .none = no reason given
feedback-reason-of = { $leads } of { $all }
feedback-reasons-grey = Grey: rejected or sent back without a reason.
feedback-reasons-all-given = Every lead that was rejected or recycled has a reason.
feedback-reasons-more = { $caption } { $more ->
        [one] { $more } reason more in the table below.
       *[other] { $more } reasons more in the table below.
    }
feedback-reasons-title-none = Most often, no reason was given
feedback-reasons-title-named = Named most often: “{ $reason }”
feedback-reasons-title-one = One reason is named most often
feedback-reasons-subtitle = Leads handed over in { $period } and rejected or recycled, by reason, the most frequent first

feedback-breakdowns = Who gets which verdict
feedback-table = Verdicts by { $dimension }, leads handed over in { $period }
feedback-table-summary = Verdicts by { $dimension }
feedback-rate-verb = gets verdicts
    .several = get verdicts
    .population = leads handed over in { $period } and due for a verdict
feedback-accepted-verb = is accepted
    .several = are accepted
    .population = leads handed over in { $period } and with a verdict
feedback-more-often = more often
    .less = less often

feedback-over-time = Over time
feedback-trend-changed = Acceptance: { $change }
feedback-trend = Acceptance by { $unit }
feedback-trend-subtitle = Accepted, of the leads with a verdict, by { $unit } of the handover
feedback-trend-caption = Band: 95% interval. Leads of the latest periods have had less time to get a verdict.

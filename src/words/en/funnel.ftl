# How many leads went on from stage to stage, and how long it took.

funnel-none = The exports hold no funnel for { $period }.
funnel-became = { $leads ->
        [one] Of { $leads } lead that entered in { $period }, { $became ->
            [one] { $became } became a customer
           *[other] { $became } became customers
        } so far ({ $share }).
       *[other] Of { $leads } leads that entered in { $period }, { $became ->
            [one] { $became } became a customer
           *[other] { $became } became customers
        } so far ({ $share }).
    }
funnel-reached = { $leads ->
        [one] Of { $leads } lead that entered in { $period }, { $count } { $reached } so far ({ $share }).
       *[other] Of { $leads } leads that entered in { $period }, { $count } { $reached } so far ({ $share }).
    }
funnel-half-took = Half of them took { $days } or less.
funnel-no-leads = Leads are not in the exports.
    .text = A table of leads with an id and a creation date would show the funnel; deals are shown below.
funnel-open-period = { $period } is not complete.
    .text = The period ends after the day that the exports describe, so its counts will still grow.
funnel-on-their-way = The leads of { $period } are still on their way.
    .text = { $why } Conversions will still grow.

funnel-cohort = How far the leads got
funnel-cohort-title = { $share } of the leads { $reached } so far
funnel-cohort-title-plain = How far the leads of { $period } got
funnel-cohort-weakest = Fewest go on from { $from } to { $to }
funnel-cohort-subtitle = Count of { $population }; stages in order
funnel-cohort-population = leads that entered in { $period }, and how many of them reached each stage so far
funnel-cohort-caption = Shares in brackets: of all leads in the first bar. A later stage reached counts as the earlier ones too.
funnel-step-of = { $cases } ({ $share })
funnel-step-leads = { $cases ->
        [one] { $cases } lead
       *[other] { $cases } leads
    }
funnel-step-lost = { $cases } did not go on, or not yet
funnel-stage = Stage
    .reached = Reached
    .share = Share of all
    .entered = Entered
    .next = Reached the next stage
    .conversion = Conversion
    .interval = 95% interval
    .skipped = Skipped
    .changes = Changes in the period
funnel-stages = Leads that entered each stage in { $period }, and how many reached the next one
    .note = “Skipped”: of the leads that reached a later stage, those without a date for this one. “Changes”: dated in the period, whenever the lead came in; a ratio of two such counts is no conversion.
funnel-of = of { $count }

funnel-by-source = By source
funnel-converts = converts
    .several = convert
    .better = better
    .worse = worse
funnel-entered-in = leads that entered in { $period }
funnel-all-together = All together: { $average }.
funnel-above = Above it: { $members }.
funnel-below = Below it: { $members }.
funnel-members-more = { $members } and { $rest } more
funnel-alike-sources = { $rest ->
        [one] { $rest } source: not clearly different from the average.
       *[other] { $rest } sources: not clearly different from the average.
    }
funnel-by-member = Leads that entered each stage in { $period }, and how many went on, by { $dimension }
funnel-breakdowns = By everything else
funnel-breakdown = By { $dimension }: { $count } { $members }

funnel-by-days = How far they got by days since entry
    .reading = Read at the same number of days, young and old leads compare fairly: a lead counts only for as long as it has been followed.
    .axis = Days since entry
    .days = { $days } days
    .source = Source
funnel-by-days-title = { $share } { $reach } within { $days } days
funnel-by-days-title-plain = How soon leads { $reach }
funnel-by-days-subtitle = Share that { $reached } by days since entry, leads that entered in { $period }; all and the largest sources
funnel-by-days-caption = Band: 95% interval of all leads; those of the sources stand in the table. Cumulative incidence: loss and rejection end a lead's way, leads still open count while they are followed.
funnel-by-days-line = { $name }: { $share } by day { $day }
funnel-by-days-table = Share that { $reached } by days since entry, leads that entered in { $period }
funnel-grey-few = Grey: fewer than { $cases } cases, too few to judge.
funnel-grey-in-progress = Grey: in progress, some leads have not been followed for that long.
funnel-grey-both = Grey: fewer than { $cases } cases, too few to judge; or in progress, some leads have not been followed for that long.

funnel-velocity = How long each step took
    .from-to = From, to
    .half = Half within
    .three-in-four = Three in four within
    .nine-in-ten = Nine in ten within
    .cases = Cases
    .before-start = Dated before their start
funnel-velocity-table = Days from stage to stage, leads that entered in { $period }
    .note = Of the leads that made the step, so a young period shows only its quick ones.
funnel-before-start = { $cases ->
        [one] { $cases } case is dated { $to } before { $from }.
       *[other] { $cases } cases are dated { $to } before { $from }.
    }
    .text = They count as day 0 in the shares by days, and with their negative days in the table above.

funnel-cohorts = Cohorts side by side
    .quarter = Quarter of entry
    .month = Month of entry
    .entered = Entered
    .not-yet = not yet
funnel-cohorts-by-quarter = Share that { $reached } by days since entry, by quarter of entry
funnel-cohorts-by-month = Share that { $reached } by days since entry, by month of entry
funnel-cohorts-note = Oldest first. Grey: in progress, some leads have not been followed for that long. “Not yet”: no lead has.

funnel-trend = The trend by month of entry
    .month = Month of entry
    .state = State
    .complete = complete
    .in-progress = in progress
funnel-trend-table = { $name }, by month of entry
funnel-trend-subtitle = { $name }, share of the leads that entered in the month; by time
funnel-trend-caption = Band: 95% interval. Dashed: the month's leads have been followed for less time than nine in ten of those who made it took.
funnel-trend-point = { $month }: { $share }
funnel-trend-point-so-far = { $month }: { $share } so far
funnel-trend-none = No month is complete enough to judge yet
funnel-trend-rose = Conversion to { $to } rose from { $from } to { $until }
funnel-trend-fell = Conversion to { $to } fell from { $from } to { $until }
funnel-trend-unclear = No clear change in conversion to { $to } since { $from }

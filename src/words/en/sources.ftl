# What each source cost and brought: cohort money.

sources-no-leads = The exports hold no leads for { $period }, so no deal can be traced back to one.
    .deals = What deals tell of themselves stands below.
sources-leads = { $leads ->
        [one] { $leads } lead came in during { $period }.
       *[other] { $leads } leads came in during { $period }.
    }
    .brought = { $leads ->
        [one] { $leads } lead came in during { $period }, and that lead brought { $revenue } so far.
       *[other] { $leads } leads came in during { $period }, and those leads brought { $revenue } so far.
    }
    .cost-unknown = What they cost is not in the exports.
    .cost-zero = Spend is recorded as 0.
sources-spent = { $leads ->
        [one] In { $period }, { $spend } was spent; { $leads } lead came in.
       *[other] In { $period }, { $spend } was spent; { $leads } leads came in.
    }
    .brought = { $leads ->
        [one] In { $period }, { $spend } was spent; { $leads } lead came in, and that lead brought { $revenue } so far.
       *[other] In { $period }, { $spend } was spent; { $leads } leads came in, and those leads brought { $revenue } so far.
    }
    .cost = Where both spend and leads are known, a lead cost { $cost }.

# In place of a figure that spend keeps from having a value; where nobody recorded it, the remark says so.
sources-zero-spend = spend recorded as 0
sources-no-lead = spend but no lead
sources-no-customer = spend but no customer

sources-young = The leads of { $period } are still on their way.
    .text = Revenue and returns will still grow; costs will not.
sources-fruitless = { $members ->
        [one] { $members } { $one } with spend but no lead.
       *[other] { $members } { $many } with spend but no lead.
    }
    .members = { $members }.
    .more = { $members }, and { $more } more.
sources-unpaid = { $sources ->
        [one] { $sources } source has no spend recorded. Costs and returns of all leave its leads out.
       *[other] { $sources } sources have no spend recorded. Costs and returns of all leave their leads out.
    }
sources-blended = Costs and returns are those of sources that have both spend and leads. Blended, over all leads whether anything was spent on them or not: { $figures }.
sources-blended-figure = { $name } { $value }

sources-cohort = Cohort money: what the period’s leads cost and brought
    .deeper = Cohort money by channel and campaign
sources-by = { $members ->
        [one] By { $one }: { $members } { $one }
       *[other] By { $one }: { $members } { $many }
    }
sources-table = Leads that came in during { $period }, what they cost and brought so far, by { $dimension }
    .small-print = Small print: 95% interval. { $cac }: spend on media only, for each new customer. A dash: nothing to measure, for the reason under spend.
sources-amount = { $name } ({ $currency })

sources-of-revenue = leads that came in during { $period }
sources-of-spend = spend in { $period }
sources-of-cpl = spend in { $period } for each lead of { $period }
sources-chart = { $name } by source, { $population }; highest first
    .more = { $name } by source, { $population }; highest first; { $more } more in the table
sources-chart-table = { $name } by source, { $population }
sources-by-source = { $name } by source
sources-close-revenue = Revenue: sources too close to rank
sources-most-revenue = { $source } brought the most revenue
sources-most-spend = { $source } cost the most
sources-most-cpl = A lead from { $source } cost the most

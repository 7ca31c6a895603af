# What a reader must know before believing the figures, and what the exports cannot answer.

notice-spend-alone = The exports hold spend alone
    .text = There are no leads and no deals in them, so this report shows what was spent, and not what it brought. Add an export of leads, or of deals, to the folder.
notice-unknown-outcomes = Not every deal says whether it was won
    .text = { $deals ->
        [one] One deal is
       *[other] { $deals } deals are
    } neither open nor known to be won or lost: closed without an outcome, or in a stage that no word explains. They count as neither. Say what their words mean under `[input.values.stage]` or `[input.values.outcome]` in the project file.
notice-left-truncation = Early cohorts look worse than they were
    .text = Leads are recorded from { $entry }, but the first decided deal is of { $close }, { $lag } later, where half of all wins take { $usual } or less. Deals before that day seem not to be in the exports (left truncation): leads that entered before it could not be seen to convert, so do not compare their conversion with that of later leads.
notice-before-start = Won before the first contact
    .text = { $deals ->
        [one] One deal is
       *[other] { $deals } deals are
    } dated as won before the lead's first date. Counted as won; as day 0 in the incidence curves; with its negative days in the percentiles.
notice-side-unknown = Some touches do not say whose they are
    .text = Nothing says whether marketing or sales made { $unknown } of { $touches } touches: they count as activity, and as contact by neither team. Name the column that says so as `side`, or map their kinds under `[input.values.side]` in the project file.
notice-late-closings = Some closing dates lie after everything else
    .text = { $dates ->
        [one] { $dates } closing date of a won or lost deal lies
       *[other] { $dates } closing dates of won or lost deals lie
    } after { $as_of }, the day of the newest thing that happened. Such a date is taken as a plan or a typo: its deal counts as won or lost in all data, and in no month.
notice-repeat = { $file } repeats money of another report
    .restated = With other amounts in { $by }, the later export of these days: { $rows } of { $days }. Its amounts count, and { $amount } of the earlier ones do not.
    .again = Also in { $by }: { $rows } of { $days } ({ $amount }), counted once.
    .same-money = The same money as in { $by }, which splits it better or covers more: { $rows } of { $days } ({ $amount }), counted once.
notice-rows = { $rows ->
        [one] { $rows } row
       *[other] { $rows } rows
    }
notice-days = { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
notice-further-repeats = Further reports repeat money of others
    .text = So do { $pairs ->
        [one] { $pairs } further pair of files
       *[other] { $pairs } further pairs of files
    }.
notice-alike-sources = Some sources may be one
    .text = { $groups }: they differ in letter case, blanks or marks alone. If they are one source, name them under `[sources.aliases]` in the project file.
notice-ambiguous = How “{ $header }” is read is an assumption
    .dates = No value of this column in { $file } tells day from month; it is read as { $format }. Set “order” for the file in the project file to be sure.
    .numbers = No value of this column in { $file } tells decimals from thousands; it is read as { $format }. Set “decimal” for the file in the project file to be sure.
notice-currency-assumed = Some amounts do not tell their currency
    .text = { $amounts ->
        [one] { $amounts } amount does not; it is
       *[other] { $amounts } amounts do not; they are
    } taken as { $currency }.
notice-unusual-period = Not the usual period
    .nothing-last-quarter = Nothing entered in the last complete quarter, { $quarter }; this is the latest one with data.
    .no-complete-quarter = No quarter with data is complete: everything is shown.

gap-leads = No leads are in the exports, so no source, no conversion and no handover can be measured.
    .supply = an export of leads with an id, a creation date and a source (Salesforce Lead.csv, HubSpot contacts, or a plain leads.csv)
gap-deal-source = Where deals come from is not in the exports.
    .supply = a source on leads, or on deals (LeadSource in Salesforce)
gap-source = Leads do not tell where they come from.
    .supply = a source on leads (LeadSource in Salesforce, Original Traffic Source in HubSpot)
gap-spend = No spend is in the exports, so cost per lead and return cannot be measured.
    .supply = a campaign report of the ad tools with cost by day, or a plain spend.csv with date, source and spend
gap-deals = No deals are in the exports, so revenue and win rate cannot be measured.
    .supply = an export of deals with outcome, close date and amount
gap-amount = Deals have no amount, so revenue cannot be measured.
    .supply = an amount on deals
gap-deal-created = Deals do not tell when they were opened, so their cycle cannot be measured.
    .supply = the date on which deals were opened
gap-loss-words = No word of the exports says that a deal is lost, so there is no win rate.
    .supply = what the words of their stages mean, under `[input.values.stage]` in the project file
gap-lost-deals = No deal in the exports is lost. Either none ever was, or the export leaves lost deals out; without them there is no win rate.
    .supply = an export of all deals, lost ones included
gap-verdict = What sales said of the leads is not in the exports.
    .supply = a verdict (accepted, rejected, recycled) and its date on leads, or a lead status that tells it
gap-first-contact = When sales first contacted a lead is not in the exports.
    .supply = activities of sales with a lead id and a time (Salesforce Task.csv), or a column with the first sales touch
gap-leak = This leak cannot be measured: { $leak }.
    .no_source = a source on leads
    .never_handed_over = a handover date on leads beside the MQL date
    .no_owner = an owner on leads
    .late_first_touch = activities of sales with a time
    .never_touched = activities of sales with a time
    .too_few_attempts = every activity of sales, and the reason of a rejection
    .no_verdict = the verdict of sales on leads
    .rejected_without_reason = the reason of a rejection on leads
    .not_nurtured = activities of marketing, and the date of the verdict
    .stalled = deals with their creation date and stage changes
    .lost_without_reason = the reason of a loss on deals
    .lost_and_forgotten = deals, and activities of both teams
    .new_evidence_ignored = activities of marketing with their direction
    .won_then_silent = deals, and activities of both teams
    .untraceable_deal = an export of deals
    .duplicate = an e-mail column on leads (used as a join key, never shown)

# What each figure is called and means: its name, a shorter label where its subject is clear (with the stages it is of), meaning,
# formula and source. One message a definition id, with `-` for `.` and `_`. Sources: the textbook statistic by its author, or a
# convention where the choice is our own.


## funnel

measure-funnel-entered = Entered a stage
    .label = New { $stages }
    .meaning = Leads that entered the stage in the period (a cohort). A later stage reached implies the earlier ones; a lead without a date for the stage counts in “all data” only.
    .formula = number of leads
    .source = Convention
measure-funnel-conversion = Conversion, cohort
    .label = { $from_name } to { $to }
    .meaning = Of the leads that entered the first stage in the period, the share that had reached the second by the as-of day. Recent cohorts have had less time: read it with the incidence.
    .formula = reached ÷ entered
    .source = Wilson (1927) for the interval
measure-funnel-incidence = Conversion within days (cumulative incidence)
    .label = { $from_name } to { $to }
    .meaning = The share that has reached the stage by so many days, fair to leads that have not had the time yet. Loss, rejection and recycling compete; open leads are followed until the as-of day. A lead that came back after a loss counts as having reached the stage.
    .formula = F(t) = Σ S(tⱼ₋₁) · dⱼ ÷ nⱼ; interval on the log(−log) scale; where nothing competes, that of 1 − Kaplan–Meier with Greenwood's variance
    .source = Aalen and Johansen (1978)
measure-funnel-flow = Flow
    .label = Flow into { $stage }
    .meaning = Entries into the stage dated in the period, whoever they were. Different people stand above and below: a flow is not a conversion.
    .formula = number of changes
    .source = Convention
measure-funnel-skipped = Stage skipped
    .label = { $stage_name } skipped
    .meaning = Of the leads that went beyond the stage, the share without a date for it.
    .formula = no date ÷ went beyond
    .source = Wilson (1927) for the interval

## velocity

measure-velocity = Time from stage to stage
    .label = Time to { $to }
    .meaning = Calendar days between two dated stages, of leads that reached both: half took no longer than the median, nine in ten no longer than the p90.
    .formula = smallest day at which the cumulative share reaches the percentile
    .source = Inverse of the empirical distribution
measure-velocity-before-start = Dated before its start
    .meaning = Leads whose later stage is dated before the earlier one. They count as day 0 in the incidence and as dated in the percentiles.
    .formula = number of leads
    .source = Convention
measure-velocity-pipeline = Pipeline velocity
    .meaning = Won amount a day, from one set of deals: those closed in the period.
    .formula = number of deals × win rate × average won amount ÷ median cycle in days
    .source = Usual in the field

## roi

measure-roi-spend = Spend
    .meaning = What the ad reports and campaigns in the exports say was spent in the period: media and campaign cost, no salaries and no tools. A campaign's own cost counts in the month it began, and only where no ad report speaks of it.
    .formula = sum of amounts
    .source = Convention
measure-roi-impressions = Impressions
    .meaning = Times shown, by the ad reports.
    .formula = sum
    .source = Usual in the field
measure-roi-clicks = Clicks
    .meaning = Times clicked, by the ad reports.
    .formula = sum
    .source = Usual in the field
measure-roi-leads = Leads, cohort
    .label = Leads
    .meaning = Leads that entered in the period, by the first date they have.
    .formula = number of leads
    .source = Convention
measure-roi-stage = Leads that became…
    .label = { $stages_name } so far
    .meaning = Of the leads that entered in the period, how many have reached the stage by the as-of day.
    .formula = number of leads
    .source = Convention
measure-roi-revenue = Revenue so far
    .meaning = Won amounts so far of the leads that entered in the period. It grows later.
    .formula = Σ won amounts ± 1.96 · √Σ amount²
    .source = Compound Poisson for the interval
measure-roi-pipeline = Open pipeline
    .meaning = Amounts of open deals of the leads that entered in the period, not weighted.
    .formula = Σ open amounts
    .source = Convention
measure-roi-cpl = Cost per lead (CPL)
    .label = Cost per lead
    .meaning = Spend of the period for each lead that entered in it. For all sources together: of those that have both spend and leads; over everything it is the blended cost.
    .formula = spend ÷ leads
    .source = Usual in the field
measure-roi-cost-per = Cost per stage
    .label = Cost per { $stage }
    .meaning = Spend of the period for each of its leads that reached the stage. For all sources together: of those that have both spend and leads.
    .formula = spend ÷ leads that reached it
    .source = Usual in the field
measure-roi-cac = Cost per customer (paid CAC)
    .label = Paid CAC
    .meaning = Spend of the period for each of its leads that became a customer. Media and campaign cost only. For all sources together: of those that have both spend and leads; over everything it is the blended cost.
    .formula = spend ÷ customers
    .source = Usual in the field
measure-roi-roas = Return on ad spend (ROAS)
    .label = ROAS
    .meaning = Won amount for each unit spent. For all sources together: of those that have both spend and leads; over everything it is the blended return.
    .formula = revenue ÷ spend
    .source = Usual in the field
measure-roi-roi = Return on investment (ROI)
    .label = ROI
    .meaning = What remains of the revenue after its margin and the spend, for each unit spent. For all sources together: of those that have both spend and leads.
    .formula = (revenue × margin − spend) ÷ spend
    .source = Usual in the field
measure-roi-blended-cpl = Blended cost per lead
    .meaning = All spend of the period for each lead that entered in it, also for leads of sources that nothing was spent on. It mixes what was paid for with what was not.
    .formula = all spend ÷ all leads
    .source = Usual in the field
measure-roi-blended-cac = Blended cost per customer
    .label = Blended CAC
    .meaning = All spend of the period for each of its leads that became a customer, whatever its source. It mixes what was paid for with what was not.
    .formula = all spend ÷ all customers
    .source = Usual in the field
measure-roi-blended-roas = Blended return on ad spend
    .label = Blended ROAS
    .meaning = Won amount of all leads of the period, whatever their source, for each unit spent on any. It mixes what was paid for with what was not.
    .formula = all revenue ÷ all spend
    .source = Usual in the field

## cash

measure-cash-deals = Deals won, cash view
    .label = Deals won
    .meaning = Deals won in the period, whenever their lead entered.
    .formula = number of deals
    .source = Convention
measure-cash-revenue = Revenue won, cash view
    .label = Revenue won
    .meaning = Amounts of deals won in the period. They belong to older leads and older spend.
    .formula = Σ won amounts ± 1.96 · √Σ amount²
    .source = Compound Poisson for the interval
measure-cash-spend = Spend, cash view
    .label = Spend
    .meaning = What was spent in the period, beside the money closed in it.
    .formula = sum of amounts
    .source = Convention
measure-cash-roas = Return on ad spend, cash view
    .label = Return on ad spend
    .meaning = Amounts won in the period for each unit spent in it: different leads above and below. For all sources together: of those that have both spend and closed deals; over everything it is the blended return.
    .formula = revenue closed ÷ spend
    .source = Usual in the field
measure-cash-blended-roas = Blended return on ad spend, cash view
    .label = Blended return on ad spend
    .meaning = All amounts won in the period, whatever their source, for each unit spent on any.
    .formula = all revenue closed ÷ all spend
    .source = Usual in the field

## attribution

measure-attribution-first = First touch
    .meaning = Customers and their won amount, credited in full to the first marketing touch within the lookback before the win. The creation of the lead, with its own source, is a touch too, however long ago. A rule for sharing credit, not an estimate of cause.
    .formula = 1 to the first touch
    .source = Usual in the field
measure-attribution-last = Last touch
    .meaning = The same, credited to the last marketing touch before the win.
    .formula = 1 to the last touch
    .source = Usual in the field

## feedback

measure-feedback-handed-over = Handed over
    .meaning = Leads handed over to sales in the period: by their handover date; where the exports have none, when they became MQL; else when they were created.
    .formula = number of leads
    .source = Convention
measure-feedback-pending = Verdict pending
    .meaning = Handed over, no verdict yet, and the agreed time is not up. Left out of the feedback rate.
    .formula = number of leads
    .source = Convention
measure-feedback-rate = Feedback rate
    .meaning = Of the leads handed over whose time is up or that have a verdict, the share with a verdict of sales. A lead that became SAL, or has a deal, counts as accepted.
    .formula = with a verdict ÷ (handed over − pending)
    .source = Wilson (1927) for the interval
measure-feedback-in-time = Verdict in time
    .meaning = The share with a verdict within the agreed time.
    .formula = in time ÷ (in time + late + missing)
    .source = Wilson (1927) for the interval
measure-feedback-accepted = Acceptance rate
    .meaning = Of the leads with a verdict, the share that sales accepted.
    .formula = accepted ÷ with a verdict
    .source = Wilson (1927) for the interval
measure-feedback-rejected = Rejection rate
    .meaning = Of the leads with a verdict, the share that sales refused.
    .formula = rejected ÷ with a verdict
    .source = Wilson (1927) for the interval
measure-feedback-recycled = Recycle rate
    .meaning = Of the leads with a verdict, the share sent back to nurturing.
    .formula = recycled ÷ with a verdict
    .source = Wilson (1927) for the interval
measure-feedback-accepted-of-handed-over = Acceptance of all handed over
    .meaning = The same numerator over every lead handed over, with or without a verdict: what marketing often calls acceptance.
    .formula = accepted ÷ handed over
    .source = Wilson (1927) for the interval
measure-feedback-days = Time to verdict
    .meaning = Calendar days from handover to verdict, of leads with a dated verdict.
    .formula = median and p90
    .source = Convention
measure-feedback-reason = Reasons of rejection
    .meaning = Leads rejected or recycled, by the reason that sales gave.
    .formula = number of leads
    .source = Convention

## handover

measure-handover-within = First contact in time
    .meaning = Of the leads handed over that sales touched or whose time is up, the share touched within the agreed time, by the wall clock. Leads that sales was in contact with before are left out.
    .formula = in time ÷ (in time + late + never)
    .source = Wilson (1927) for the interval
measure-handover-never-touched = Never contacted
    .meaning = The share that sales never touched, the agreed time past.
    .formula = never ÷ (in time + late + never)
    .source = Wilson (1927) for the interval
measure-handover-already-in-contact = Already in contact
    .meaning = Sales had touched the lead before its handover. No negative response time is made of it.
    .formula = number of leads
    .source = Convention
measure-handover-pending = First contact pending
    .meaning = Not touched yet, and the agreed time is not up.
    .formula = number of leads
    .source = Convention
measure-handover-speed = Time to first contact (speed-to-lead)
    .label = Time to first contact
    .meaning = Time from handover to the first touch by sales, of leads that were touched.
    .formula = median and p90
    .source = Usual in the field
measure-handover-conversion = Conversion by speed
    .meaning = The share of leads that became customers, by how soon sales touched them. An observation: eager buyers are easier to reach.
    .formula = customers ÷ leads in the band
    .source = Wilson (1927) for the interval
measure-handover-accepted = Acceptance by speed
    .meaning = The share of leads with a verdict that sales accepted, by how soon it touched them.
    .formula = accepted ÷ with a verdict in the band
    .source = Wilson (1927) for the interval
measure-handover-attempts = Attempts before giving up
    .meaning = Touches by sales from the handover to the rejection, of leads that sales rejected as unreachable: half had no more than the median, nine in ten no more than the p90. A lead that sales never tried counts with 0. Which reasons say that nobody could be reached is a setting of the project file.
    .formula = median and p90
    .source = Convention

## leakage

measure-leakage-leaked = Leads that broke a rule
    .meaning = Leads of the period that broke any of the agreed rules; each counts once, however many it broke.
    .formula = leaked ÷ leads
    .source = Wilson (1927) for the interval
measure-leakage-money = Money at stake
    .meaning = What the cases behind a leak that are not won would be worth if they did as leads of the same source that came as far have done on average. A case behind several leaks counts in each of them, and once in the money at stake of all. Not what plugging the leak would return. The share of customers is shrunk towards that of all sources with a weight of 20 leads; the interval is that of the won amount.
    .formula = Σ P(customer | stage, source) × mean won amount a customer
    .source = Convention; shrinkage (k + m·p₀) ÷ (n + m)

## waterfall

measure-waterfall = Waterfall
    .meaning = Every lead of the period once: customers; cases lost at the first rule they broke; the rest by how it stands. A customer that broke a rule on the way counts as a customer here, and with the leak in its count.
    .formula = leads = leaks + in progress + recycled + rejected + lost + customers
    .source = Convention

## deals

measure-deals-won = Deals won
    .meaning = Deals won in the period, by the closing date in the exports.
    .formula = number of deals
    .source = Usual in the field
measure-deals-lost = Deals lost
    .meaning = Deals closed without a sale in the period.
    .formula = number of deals
    .source = Usual in the field
measure-deals-open = Deals open
    .meaning = Deals not decided at the as-of day. Their closing dates are plans and are not used.
    .formula = number of deals
    .source = Usual in the field
measure-deals-unknown = Deals with an unknown outcome
    .meaning = Deals that are closed without an outcome, or in a stage that no word explains. They count as neither open, won nor lost, until the project file says what their words mean.
    .formula = number of deals
    .source = Convention
measure-deals-win-rate = Win rate
    .meaning = Of the deals closed in the period, the share won.
    .formula = won ÷ (won + lost)
    .source = Wilson (1927) for the interval
measure-deals-win-rate-value = Win rate by value
    .meaning = The same by amount.
    .formula = won amount ÷ (won + lost amount)
    .source = Usual in the field
measure-deals-revenue = Revenue won
    .meaning = Amounts of the deals won in the period.
    .formula = Σ won amounts ± 1.96 · √Σ amount²
    .source = Compound Poisson for the interval
measure-deals-average = Average won deal
    .meaning = Won amount for each deal won.
    .formula = won amount ÷ deals won
    .source = Usual in the field
measure-deals-cycle = Time to win (sales cycle)
    .label = Time to win
    .meaning = Calendar days from opening to winning.
    .formula = median, p75 and p90
    .source = Usual in the field
measure-deals-cycle-lost = Time to loss
    .label = Time to loss
    .meaning = Calendar days from opening to losing.
    .formula = median, p75 and p90
    .source = Usual in the field
measure-deals-before-start = Won before it was opened
    .meaning = Deals whose winning date lies before their opening date.
    .formula = number of deals
    .source = Convention
measure-deals-stalled = Open deals that stand still
    .meaning = Open deals without change or activity for longer than their stage's limit: the agreed one, else the p90 of won deals in that stage, else the p90 of the whole cycle of won deals.
    .formula = stalled ÷ open deals with a date
    .source = Wilson (1927) for the interval

## quality

measure-quality-rows-read = Rows read
    .meaning = Records under the header of a file. Read = used + set aside, exactly.
    .formula = number of records
    .source = Convention
measure-quality-rows-used = Rows used
    .meaning = Records that count somewhere in this report.
    .formula = read − set aside
    .source = Convention
measure-quality-rows-set-aside = Rows set aside
    .meaning = Records that are not used, each for one reason.
    .formula = number of records
    .source = Convention
measure-quality-set-aside = Reasons for setting aside
    .meaning = Records set aside, by reason.
    .formula = number of records
    .source = Convention
measure-quality-unparsed = Values that could not be read
    .meaning = Values that are neither blank nor in the format of their column. The row is kept without them.
    .formula = number of values
    .source = Convention

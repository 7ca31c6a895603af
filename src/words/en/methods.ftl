# The methods page: rules, settings and conventions. What each figure means is in `measures.ftl`.

methods-finding = Every figure of this site, what it means and how it is computed, and every rule and default that was applied. A number that is challenged can be looked up in data/figures.csv by the id given here.

methods-agreed = What the teams agreed
    .none = The project file holds no agreed definitions. Write them into its section “definitions”, so that this page shows what both teams mean by a lead, an MQL and an accepted lead.
    .score = A lead meets the definition when its score reaches { $threshold }.

methods-rules = Times and rules
methods-settings = Settings of this report and where they come from
    .value = Value
    .origin = From
    .default = default
    .project-file = project file
methods-setting = Setting
    .first-touch = First touch by sales after the handover, at most
    .verdict = Verdict after the handover, at most
    .handover = Handover after MQL, at most
    .nurture = Nurturing touch after a rejection, at most
    .forgotten = A lost deal counts as forgotten after
    .after-sale = Touch after a sale, at most
    .new-evidence = Reopening after new evidence, at most
    .lookback = Lookback of attribution
    .attempts = Attempts before a lead may be given up
    .stall = A deal in “{ $stage }” stalls after
    .timezone = Time zone of calendar days
    .currency = Currency
    .margin = Margin
    .fiscal-year = First month of the fiscal year
    .unknown-sources = Sources that count as not recorded
    .min-cell = Smallest cell of an owner
    .owners = Owners
    .stage-name = Name of the stage { $stage }
methods-currency = { $code } ({ $amounts } amounts)
    .found = as found: { $currencies }
    .none = no amounts
methods-margin = { $percent } % of revenue
methods-owners = by number
    .named = by name

methods-figures = Figures
    .more = and { $figures } more
methods-leaks = Leaks
    .formula = all cases that break this rule ÷ all cases that the rule applies to, whatever other rules they break
    .source = Convention

methods-conventions = Conventions
    .unit = The unit of the funnel is the lead, a person; deals are counted as deals and reached through their lead. A deal belongs to the lead that names it or that it names; a deal that names none, of an account with a customer, is a further deal of the lead that was won first.
    .rates = Every rate prints its numerator and denominator. Where there is nothing to divide by there is no value: never 0, and never infinity. Under 30 cases a rate is not compared.
    .pending = A case that cannot yet have met a deadline at the as-of day is left out of that rate and counted as pending. Means of ratios are never taken: sums first, then one division.
    .days = Calendar days are counted in the report's time zone. A date without a clock stays that day. Quantiles are the smallest day at which the cumulative share reaches the percentile.
    .identity = Where several leads have one e-mail, contact or deal, the one created first is meant. E-mails serve to join records and to find duplicates; none is shown.
    .owners = Owners go by number unless the project file shows names, and figures about fewer people than the smallest cell are withheld, with the next smallest where a single one could be found by subtraction from the same period. Whoever compares several periods may still narrow one down: publish owners only where they know of it.

methods-project-file = Project file
    .none = No project file was used: every setting above is the default.

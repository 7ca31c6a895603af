# The pages: title, name in the page list, and the three sentences at the end of each.

page-index = Overview
    .name = Overview
    .shows = The figures that sales and marketing agree on before they talk about the leads of the period.
    .how-to-read = Each figure links to its definition and says how many cases it rests on. “No clear change” means that the difference may be chance.
    .cannot-tell = Why something changed. The other pages show where to look.
page-funnel = Funnel and time
    .name = Funnel
    .shows = How many leads entered each stage, how many went on, how long that took, and how the deals ended.
    .how-to-read = A cohort is the leads that entered a stage in the period, whatever happened to them later. A rate stands with its count and its 95% interval: the range that the data cannot tell apart from it.
    .cannot-tell = Why leads stop. And what young leads will still do: they had less time than older ones, so compare periods by the same number of days since entry.
page-sources = Sources and money
    .name = Sources
    .shows = What each source, channel and campaign cost, how many leads it brought, how far they got and what they bought.
    .how-to-read = Cohort money belongs to the leads that came in during the period, whenever they buy. Cash money belongs to the deals that closed in it, whenever the lead came in. The two do not add up to each other. A range in small print is the 95% interval.
    .cannot-tell = What would have happened without the spend. Salaries and tools are not in it, so acquisition cost is media only. Young leads have not brought all they will.
page-feedback = Feedback from sales
    .name = Feedback
    .shows = What sales said of the leads it was given, how soon it said so, how soon it got in touch, and how often it tried before giving up.
    .how-to-read = Each lead is counted in the period in which it was handed over. Shares of verdicts are of the leads with a verdict; the feedback rate says how many have one. A difference is only called one where the intervals allow it.
    .cannot-tell = Whether a verdict was right, what was said outside the CRM, and what faster or fuller feedback would bring.
page-leakage = Leakage
    .name = Leakage
    .shows = Where leads leave the process without a decision, or against a rule that the two teams agreed on.
    .how-to-read = A lead counts in the period in which it entered, at every rule that it broke; the figure from leads in to customers alone counts each lead once, at the first. So leaks add up to more than the leads that leaked. Leaks are sorted by money at stake. Leads of the latest weeks have had less time to break a rule.
    .cannot-tell = What plugging a leak would return, and what was done but not recorded.
page-data = Data
    .name = Data
    .shows = Every file that was found, what it was taken for and why, and what became of each row and column.
    .how-to-read = Rows read = rows used + rows set aside, exactly, for every file.
    .cannot-tell = Whether the exports are complete: rows that were never exported leave no trace, except where a gap shows.
page-methods = Methods
    .name = Methods
    .shows = Definitions, formulas and their sources, and the settings this report was made with.
    .how-to-read = Each figure on the other pages links to its entry. Intervals are 95 % throughout.
    .cannot-tell = Whether the definitions are the right ones for you: that is for both teams to agree.

# What was won and spent in the period: cash money.

cash = Cash money: what closed and what was spent in the period
cash-what = Deals won in { $period }, whenever their lead came in, and what was spent in the same time. Not the return on one campaign: a deal that closes now may come from a lead and a spend long before.
cash-blended = The return is that of sources that have both spend and closed deals. Blended, over all deals: { $value }.
cash-table = Closed and spent in { $period }, by { $dimension }
    .summary = Cash money by { $dimension }

cash-deals = Deals by their own source
    .population = deals closed in { $period }
    .title = Revenue won by { $dimension }
    .table = Deals closed in { $period }, by their own { $dimension }

cash-quarter = Quarter
    .open = { $quarter }, not complete
cash-quarters = Spend by quarter
    .highest = { $quarter } saw the highest spend
    .subtitle = { $name }, by the quarter it was spent in; by time
    .caption = A quarter without a bar has no spend recorded, or spend recorded as 0: the table tells which.
    .table = Spend, leads and revenue by quarter
    .note = Oldest first. The last two columns differ: one follows the leads, the other the close dates.

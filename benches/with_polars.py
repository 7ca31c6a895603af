"""The core tables of Casefile, computed by Polars from Python.

Takes a folder with the six exports of `casefile demo --style plain`; gives the tables listed in README.md as Parquet
files in an output folder, by month and by dimension, for `agree.py` to compare with Casefile's own figures.

    with_polars.py EXPORTS OUTPUT

Each file is scanned once, lazily and streaming, with only the columns that are needed; times are read as text and then
by an explicit format, which is several times faster than letting the reader find it. What can be added up is first
counted by combination of members, and the combinations are then rolled up; waits are grouped pair by pair, which was
faster than all at once.
"""

import sys
from pathlib import Path

import polars as pl
import polars.selectors as cs
from polars import col, lit, when

from words import (
    COMPETING, CUSTOMER, DIMENSIONS, IMPLIED, LEAKS, NONE, OPEN, PAIRS, REACHED, STAGES, STALLED, UNREACHABLE,
)

HOUR, DAY = pl.duration(hours=1), pl.duration(days=1)


def scan(folder, name, columns, times=(), types=None):
    """The lazy scan of one export: text, columns of the given types, and times by their format."""
    with open(folder / name, encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    schema = {column: (types or {}).get(column, pl.String) for column in header}
    instants = [col(time).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us") for time in times]
    return pl.scan_csv(folder / name, schema=schema).select(*columns, *instants)


def month(instant):
    return instant.dt.year().cast(pl.Int32) * 12 + instant.dt.month() - 1


def day(instant):
    return instant.dt.date().cast(pl.Int32)


def read_leads(folder):
    """Leads with their own stages and verdict: a verdict `accepted` dates the SAL, and a SAL is an acceptance."""
    text = ["lead_id", "email", "source", "channel", "campaign", "owner", "deal_id", "verdict", "verdict_reason"]
    times = ["created_at", "mql_at", "handed_over_at", "verdict_at", "sal_at", "sql_at"]
    accepted = col("verdict") == "accepted"
    return (
        scan(folder, "leads.csv", text, times)
        .with_columns(pl.coalesce("verdict", when(col("sal_at").is_not_null()).then(lit("accepted"))).alias("verdict"))
        .with_columns(
            pl.coalesce("verdict_at", when(accepted).then("sal_at")).alias("verdict_at"),
            pl.coalesce("sal_at", when(accepted).then("verdict_at")).alias("sal_at"),
        )
        .with_columns(pl.min_horizontal("created_at", "mql_at", "sal_at", "sql_at").alias("entered_at"))
        .collect(engine="streaming")
        .with_row_index("lead_row")
    )


def read_deals(folder, leads):
    """Deals with the lead behind each: named by the lead, by the deal, or the first customer of the same account."""
    changes = scan(folder, "stage_changes.csv", ["deal_id", "stage"], ["changed_at"]).collect(engine="streaming")
    text = ["deal_id", "lead_id", "account_id", "stage", "outcome", "owner", "source", "loss_reason"]
    cents = (col("amount") * 100).round().cast(pl.Int64).alias("amount")
    times = ["created_at", "closed_at", "last_changed_at"]
    by_deal = (
        leads.lazy().filter(col("deal_id").is_not_null()).sort("entered_at", "lead_id")
        .unique("deal_id", keep="first", maintain_order=True).select("deal_id", named_by="lead_id")
    )
    changed = changes.lazy().group_by("deal_id").agg(col("changed_at").max())
    deals = (
        scan(folder, "deals.csv", [*text, cents], times, {"amount": pl.Float64})
        .join(by_deal, on="deal_id", how="left")
        .join(changed, on="deal_id", how="left")
        .with_columns(
            pl.coalesce("named_by", "lead_id").alias("lead_id"),
            pl.max_horizontal("created_at", "last_changed_at", "changed_at").alias("last_change_at"),
            when(col("outcome") != "open").then("closed_at").alias("closed_at"),
        )
    )
    has_all = pl.all_horizontal(col("closed_at", "lead_id", "account_id").is_not_null())
    first_win = (
        deals.filter((col("outcome") == "won") & has_all).sort("closed_at", "lead_id")
        .unique("account_id", keep="first", maintain_order=True)
        .select("account_id", won_at="closed_at", won_by="lead_id")
    )
    follows = pl.coalesce("created_at", "closed_at") >= col("won_at")
    deals = (
        deals.join(first_win, on="account_id", how="left")
        .with_columns(pl.coalesce("lead_id", when(follows).then("won_by")).alias("lead_id"))
        .join(leads.lazy().select("lead_id", "lead_row"), on="lead_id", how="left")
        .drop("named_by", "changed_at", "last_changed_at", "won_at", "won_by", "lead_id")
        .collect()
    )
    return deals, changes


def by_lead(deals):
    """What became of the deals of each lead."""
    def of(outcome, column):
        return col(column).filter(col("outcome") == outcome)

    return deals.filter(col("lead_row").is_not_null()).sort("last_change_at", "deal_id").group_by("lead_row").agg(
        col("created_at").min().alias("opportunity_at"),
        col("created_at").max().alias("newest_deal_at"),
        of("won", "closed_at").min().alias("customer_at"),
        of("won", "closed_at").sort().get(1, null_on_oob=True).alias("repeat_at"),
        of("won", "closed_at").max().alias("last_won_at"),
        of("lost", "closed_at").max().alias("last_lost_at"),
        *((col("outcome") == outcome).sum().alias(f"{outcome}_deals") for outcome in ["won", "open", "lost"]),
        of("lost", "loss_reason").count().alias("loss_reasons"),
        of("won", "amount").sum().alias("won"),
        of("won", "amount").cast(pl.Int128).pow(2).sum().alias("won_squares"),
        of("open", "amount").sum().alias("open"),
        of("open", "stage").last().alias("live_stage"),
        of("open", "last_change_at").max().alias("live_change_at"),
    )


def read_touches(folder, leads, deals_of_lead):
    """What the touches tell of each lead, and the touches that earn credit."""
    frames = (
        leads.lazy().join(deals_of_lead.lazy().select("lead_row", "customer_at"), on="lead_row", how="left")
        .select("lead_id", "lead_row", "handed_over_at", "verdict_at", "customer_at",
                when(col("verdict") != "accepted").then("verdict_at").alias("refused_at"))
    )
    touches = (
        scan(folder, "touches.csv", ["lead_id", "side", "direction", "channel", "campaign"], ["touched_at"])
        .with_columns((col("side") == "sales").alias("sales"), (col("direction") == "inbound").alias("inbound"))
        .join(frames, on="lead_id")
    )
    at, sales = col("touched_at"), col("sales")
    after = sales & (at >= col("handed_over_at"))
    contacts = touches.select(
        "lead_row", "touched_at",
        when(sales).then(at).alias("last_sales_at"),
        when(~sales & col("inbound")).then(at).alias("last_inbound_at"),
        when(after).then(at).alias("first_sales_at"),
        (sales & (at < col("handed_over_at"))).alias("before_handover"),
        (after & (at <= col("verdict_at")).fill_null(True)).alias("attempts"),
        (~sales & (at > col("refused_at")) & (at <= col("refused_at") + 90 * DAY)).alias("nurtured"),
    ).group_by("lead_row").agg(
        col("touched_at").max().alias("last_at"),
        col("last_sales_at", "last_inbound_at").max(),
        col("first_sales_at").min(),
        col("before_handover").any(),
        col("attempts").sum(),
        col("nurtured").any(),
    )
    earns = ~sales & (at <= col("customer_at")) & (at >= col("customer_at") - 90 * DAY)
    credits = touches.filter(earns).select("lead_row", "touched_at", "channel", "campaign")
    return pl.collect_all([contacts, credits], engine="streaming")


def stall_limits(deals, changes):
    """The p90 of the days that won deals stood in a stage, where at least 20 have left it; else of their cycle."""
    def p90(days):
        return days.sort().get((pl.len() * 9 + 9) // 10 - 1).alias("limit")

    won = deals.lazy().filter(col("outcome") == "won")
    is_new = (col("deal_id") != col("deal_id").shift()) | col("stage").ne_missing(col("stage").shift())
    until = pl.coalesce(
        when(col("deal_id") == col("deal_id").shift(-1)).then(col("changed_at").shift(-1)),
        when(col("closed_at") > col("changed_at")).then("closed_at"),
    )
    limits = (
        changes.lazy().filter(col("changed_at").is_not_null())
        .join(won.select("deal_id", "closed_at"), on="deal_id")
        .sort("deal_id", "changed_at", "stage")
        .filter(is_new.fill_null(True))
        .with_columns(until.alias("until"))
        .filter(col("until").is_not_null())
        .group_by("stage").agg(p90((col("until") - col("changed_at")).dt.total_days()), pl.len())
        .filter(col("len") >= 20).select("stage", "limit")
    )
    cycles = won.select((day(col("closed_at")) - day(col("created_at"))).drop_nulls().cast(pl.Int64).alias("days"))
    limits, otherwise = pl.collect_all([limits, cycles.filter(pl.len() > 0).select(p90(col("days")))])
    return limits, otherwise.item() if otherwise.height else None


def rules(as_of):
    """Each rule of `src/cases/leakage.rs`: null where it does not concern the lead, or its time is not up."""
    def past(name, limit):
        return col(name) < lit(as_of) - limit

    def kept(concerns, is_kept, is_past):
        """False where the rule is kept, true where its time is up, else null."""
        return when(concerns & is_kept).then(False).when(concerns & is_past).then(True)

    def known(name):
        return col(name).is_not_null()

    handed_over, is_touched, rejected = known("handed_over_at"), known("first_sales_at"), col("verdict") == "rejected"
    to_be_touched = handed_over & ~col("before_handover")
    is_late = col("first_sales_at") > col("handed_over_at") + 24 * HOUR
    return {
        "no_source": col("source").is_null(),
        "never_handed_over": kept(known("mql_at"), handed_over | col("beyond_handover"), past("mql_at", 14 * DAY)),
        "no_owner": when(handed_over).then(col("owner").is_null()),
        "late_first_touch": when(to_be_touched & is_touched).then(is_late)
        .when(to_be_touched & past("handed_over_at", 24 * HOUR)).then(False),
        "never_touched": kept(to_be_touched, is_touched, past("handed_over_at", 24 * HOUR)),
        "too_few_attempts": when(rejected & col("verdict_reason").str.contains(f"(?i){UNREACHABLE}"))
        .then(col("attempts").fill_null(0) < 3),
        "no_verdict": kept(handed_over, known("verdict") | col("beyond_handover"), past("handed_over_at", 14 * DAY)),
        "rejected_without_reason": when(rejected).then(col("verdict_reason").is_null()),
        "not_nurtured": kept(known("refused_at"), col("nurtured"), past("refused_at", 90 * DAY)),
        "stalled": when((col("outcome") == "open") & known("live_change_at")).then(False),
        "lost_without_reason": when(col("outcome") == "lost").then(col("loss_reasons") == 0),
        "lost_and_forgotten": kept(known("lost_at"), col("last_at") > col("lost_at"), past("lost_at", 180 * DAY)),
        "new_evidence_ignored": kept(known("evidence_at"),
                                     pl.max_horizontal("last_sales_at", "newest_deal_at") >= col("evidence_at"),
                                     past("evidence_at", 14 * DAY)),
        "won_then_silent": kept(known("last_won_at"), col("last_at") > col("last_won_at"),
                                past("last_won_at", 90 * DAY)),
        "untraceable_deal": lit(None, pl.Boolean),
        "duplicate": ((col("first_id") != col("lead_id")) & (col("first_owner") != col("owner"))).fill_null(False),
    }


def make_cases(leads, deals_of_lead, contacts, as_of, limits, otherwise):
    """One row a lead: days and months of its stages, how it stands, the rule it broke, verdict, speed, money."""
    twice = leads.lazy().filter(col("email").is_not_null()).group_by("email").len().filter(col("len") > 1)
    first_with_email = (
        leads.lazy().join(twice, on="email", how="semi").sort("entered_at", "lead_id")
        .unique("email", keep="first", maintain_order=True)
        .select("email", first_id="lead_id", first_owner="owner")
    )
    combinations = leads.lazy().select(DIMENSIONS).unique().with_row_index("combination").collect()
    outcome = (
        when(col("won_deals") > 0).then(lit("won")).when(col("open_deals") > 0).then(lit("open"))
        .when(col("lost_deals") > 0).then(lit("lost"))
    )
    refused = when(col("verdict") != "accepted").then("verdict")
    has_deal = col("open_deals").is_not_null()
    stages = [f"{stage}_at" for stage in STAGES]
    furthest_first = reversed(list(enumerate(stages)))
    far = pl.coalesce(*(when(col(stage).is_not_null()).then(at) for at, stage in furthest_first), -1)
    state = (
        when(col("outcome") == "won").then(lit("customer")).when(col("outcome") == "lost").then(lit("lost"))
        .when(col("outcome") == "open").then(lit("in_progress")).otherwise(refused.fill_null("in_progress"))
    )
    rejected_at = when((col("verdict") == "rejected") & col("outcome").is_null()).then("verdict_at")
    ended_at = (
        when(col("state") == "lost").then(pl.coalesce("last_lost_at", "last_dated_at"))
        .when(col("state").is_in(["rejected", "recycled"])).then(pl.coalesce("verdict_at", "last_dated_at"))
    )
    broken = pl.sum_horizontal(
        when(col(f"rule_{leak}").fill_null(False)).then(1 << at).otherwise(0) for at, leak in enumerate(LEAKS)
    )
    against = pl.sum_horizontal(
        when(col(f"rule_{leak}").is_not_null()).then(1 << at).otherwise(0) for at, leak in enumerate(LEAKS)
    )
    idle = lit(as_of).dt.date().cast(pl.Int32) - day(col("live_change_at"))
    has_stalled = (col("outcome") == "open") & (idle > col("limit").fill_null(otherwise))
    handed_over, is_judged = col("handed_over_at"), col("verdict").is_not_null()
    answer = (
        when(handed_over.is_null()).then(None)
        .when(is_judged & (col("verdict_at") <= handed_over + 14 * DAY)).then(lit("in_time"))
        .when(is_judged & col("verdict_at").is_not_null()).then(lit("late"))
        .when(is_judged | col("beyond_handover")).then(lit("undated"))
        .when(handed_over < lit(as_of) - 14 * DAY).then(lit("missing"))
        .otherwise(lit("pending"))
    )
    speed = (
        when(handed_over.is_null()).then(None)
        .when(col("before_handover")).then(lit("already"))
        .when(col("first_sales_at") <= handed_over + 24 * HOUR).then(lit("in_time"))
        .when(col("first_sales_at").is_not_null()).then(lit("late"))
        .when(handed_over < lit(as_of) - 24 * HOUR).then(lit("never"))
        .otherwise(lit("pending"))
    )
    waited = when(~col("before_handover")).then((col("first_sales_at") - handed_over).dt.total_seconds())
    accepted = when(col("beyond_handover") & handed_over.is_not_null()).then(lit("accepted"))
    cases = (
        leads.lazy()
        .join(combinations.lazy(), on=DIMENSIONS, nulls_equal=True)
        .join(deals_of_lead.lazy(), on="lead_row", how="left")
        .join(contacts.lazy(), on="lead_row", how="left")
        .join(first_with_email, on="email", how="left")
        .join(limits.lazy(), left_on="live_stage", right_on="stage", how="left")
        .with_columns(
            col("before_handover", "nurtured").fill_null(False),
            col("won_deals", "won", "won_squares", "open").fill_null(0),
            outcome.alias("outcome"),
            col("created_at").alias("lead_at"),
            (has_deal | col("sal_at").is_not_null() | col("sql_at").is_not_null()).alias("beyond_handover"),
            when(col("open_deals") == 1).then(pl.max_horizontal("live_change_at", "last_at"))
            .otherwise("live_change_at").alias("live_change_at"),
            when(refused.is_not_null()).then("verdict_at").alias("refused_at"),
        )
        .with_columns(
            when(col("outcome") == "lost").then("last_lost_at").alias("lost_at"),
            state.alias("state"),
            pl.max_horizontal(*stages).alias("last_dated_at"),
            pl.max_horizontal(far, when(col("outcome") == "won").then(CUSTOMER).otherwise(-1)).alias("far"),
        )
        .with_columns(
            when(col("last_inbound_at") > pl.coalesce("lost_at", rejected_at)).then("last_inbound_at")
            .alias("evidence_at")
        )
        .with_columns(rule.alias(f"rule_{leak}") for leak, rule in rules(as_of).items())
        .select(
            "combination", "far", "state", "won_deals", "won", "won_squares", "open", "verdict_reason",
            *(day(col(f"{stage}_at")).alias(f"{stage}_day") for stage in STAGES),
            *(month(col(f"{stage}_at")).alias(f"{stage}_month") for stage in STAGES),
            month(col("entered_at")).alias("entered_month"),
            month(handed_over).alias("handed_over_month"),
            day(ended_at).alias("ended_day"),
            pl.coalesce("verdict", accepted).alias("verdict"),
            answer.alias("answer"),
            (day(col("verdict_at")) - day(handed_over)).alias("verdict_days"),
            speed.alias("speed"),
            waited.alias("speed_seconds"),
            against.alias("against"),
            (broken + when(has_stalled).then(1 << STALLED).otherwise(0)).alias("broken"),
        )
        .collect()
    )
    return cases, combinations


def by_member(rows, dimensions, keys, sums):
    """Groups by each dimension in turn, under each other."""
    return pl.concat([
        rows.group_by(col(name).fill_null(NONE).alias("member"), *keys).agg(*sums)
        .select(lit(name).alias("dimension"), "member", *keys, pl.exclude("member", *keys))
        for name in dimensions
    ])


def with_whole(rows, dimensions, keys, sums, whole=None):
    """The same under the whole, which may be grouped from rows of its own."""
    whole = (rows if whole is None else whole).group_by(*keys).agg(*sums)
    whole = whole.select(lit("").alias("dimension"), lit("").alias("member"), *keys, pl.exclude(*keys))
    return pl.concat([whole, by_member(rows, dimensions, keys, sums)])


class RollUp:
    """Groups rows that have a `combination` by each dimension in turn, the whole first."""

    def __init__(self, combinations):
        self.combinations = combinations.lazy()

    def table(self, rows, keys, sums):
        return with_whole(rows.join(self.combinations, on="combination"), DIMENSIONS, keys, sums, rows)

    def counted(self, rows, keys):
        """Rows counted, first by combination."""
        by_combination = rows.group_by("combination", *keys).agg(pl.len().alias("leads"))
        return self.table(by_combination, keys, [col("leads").sum()])


def wait(cases, start, goal, as_of):
    """Each lead in one stage: what ended its wait for another, after how many days."""
    at, end = STAGES.index(start), STAGES.index(goal)
    reached, implied, lost = col(f"{goal}_day").is_not_null(), col("far") >= end, col("ended_day").is_not_null()
    later = pl.coalesce(*(f"{stage}_day" for stage in STAGES[end + 1:]), lit(None, pl.Int32))
    until = (
        when(reached).then(f"{goal}_day").when(implied).then(later).when(lost).then("ended_day")
        .otherwise(lit(as_of).dt.date().cast(pl.Int32))
    )
    ended = when(reached).then(REACHED).when(implied).then(IMPLIED).when(lost).then(COMPETING).otherwise(OPEN)
    return cases.filter(col(f"{start}_day").is_not_null()).select(
        "combination", lit(at, pl.Int8).alias("from_stage"), lit(end, pl.Int8).alias("to_stage"),
        col(f"{start}_month").alias("month"), ended.cast(pl.Int8).alias("ended"),
        (until - col(f"{start}_day")).fill_null(0).alias("days"),
    )


def tables_of_leads(cases, combinations, as_of):
    """Every table that counts leads, by name, and the parts of the table of waits."""
    cases, roll_up, count = cases.lazy(), RollUp(combinations), [pl.len().alias("leads")]
    entries = pl.concat([
        cases.filter(col("far") >= at)
        .select("combination", lit(at, pl.Int8).alias("stage"), col(f"{stage}_month").alias("month"), "far")
        for at, stage in enumerate(STAGES)
    ])
    reached = [(col("far") >= at).sum().alias(stage) for at, stage in enumerate(STAGES)]
    skipped = [
        ((col("far") > at) & col(f"{stage}_day").is_null()).sum().alias(f"undated_{stage}")
        for at, stage in enumerate(STAGES)
    ]
    entered = cases.with_columns(month=col("entered_month"))
    by_entry = entered.group_by("combination", "month").agg(
        *count, *reached, *skipped, col("won_deals", "won", "won_squares", "open").sum()
    )
    handed_over = cases.filter(col("handed_over_month").is_not_null()).with_columns(month=col("handed_over_month"))
    judged = handed_over.filter(col("verdict_days").is_not_null() & col("verdict").is_not_null())
    refused = handed_over.filter(col("verdict") != "accepted")
    minutes = when(col("speed").is_in(["in_time", "late"])).then(col("speed_seconds") // 60)
    held = entered.group_by("combination", "month", "broken", "state", "against").agg(*count)
    held_against = held.group_by("combination", "month").agg(
        (col("leads") * ((col("against") & (1 << at)) > 0)).sum().alias(f"against_{leak}")
        for at, leak in enumerate(LEAKS)
    )
    values = [pl.exclude("combination", "month", *DIMENSIONS).sum()]
    tables = {
        "funnel": roll_up.counted(entries, ["stage", "month", "far"]),
        "roi": roll_up.table(by_entry, ["month"], values),
        "feedback": roll_up.counted(handed_over, ["month", "answer", "verdict"]),
        "feedback_days": roll_up.counted(judged, ["month", "verdict_days"]),
        "feedback_reasons": roll_up.counted(refused, ["month", "verdict_reason"]),
        "handover": roll_up.table(handed_over.with_columns(minutes.alias("minutes")), ["month", "speed", "minutes"],
                                  count),
        "speed_bands": speed_bands(handed_over),
        "leakage": roll_up.table(held, ["month", "broken", "state"], [col("leads").sum()]),
        "against": roll_up.table(held_against, ["month"], values),
    }
    keys = ["from_stage", "to_stage", "month", "ended", "days"]
    waits = [roll_up.table(wait(cases, start, goal, as_of), keys, count) for start, goal in PAIRS]
    return tables, waits


def speed_bands(handed_over):
    """What became of leads by how long they waited for the first touch."""
    seconds = col("speed_seconds")
    band = (
        when(col("speed") == "never").then(lit("never"))
        .when(seconds <= 3600).then(lit("within 1 h"))
        .when(seconds <= 24 * 3600).then(lit("1 h to 24 h"))
        .when(seconds <= 72 * 3600).then(lit("1 to 3 days"))
        .otherwise(lit("later"))
    )
    known = handed_over.filter(col("speed").is_in(["in_time", "late", "never"]))
    return known.group_by("month", band.alias("band")).agg(
        pl.len().alias("leads"),
        col("verdict").count().alias("with_verdict"),
        (col("verdict") == "accepted").sum().alias("accepted"),
        (col("far") >= CUSTOMER).sum().alias("customers"),
    )


def tables_of_deals(deals, leads, deals_of_lead, contacts, as_of, limits, otherwise):
    """Deals by outcome and month of closing (open ones: of opening), their money, and days from opening to closing."""
    is_open = col("outcome") == "open"
    last_change = (
        when(col("open_deals") == 1).then(pl.max_horizontal("last_change_at", "last_at")).otherwise("last_change_at")
    )
    idle = lit(as_of).dt.date().cast(pl.Int32) - day(last_change)
    rows = (
        deals.lazy()
        .join(leads.lazy().select("lead_row", *DIMENSIONS), on="lead_row", how="left", suffix="_lead")
        .join(deals_of_lead.lazy().select("lead_row", "open_deals"), on="lead_row", how="left")
        .join(contacts.lazy().select("lead_row", "last_at"), on="lead_row", how="left")
        .join(limits.lazy(), on="stage", how="left")
        .select(
            "outcome", month(when(is_open).then("created_at").otherwise("closed_at")).alias("month"),
            pl.coalesce("source", "source_lead").alias("source"), "channel", "campaign",
            pl.coalesce("owner", "owner_lead").alias("owner"),
            (day(col("closed_at")) - day(col("created_at"))).alias("days"),
            col("amount").fill_null(0),
            col("lead_row").is_null().alias("untraceable"),
            when(is_open).then(idle > col("limit").fill_null(otherwise)).alias("stalled"),
        )
        .collect().lazy()
    )
    count = pl.len().alias("deals")
    sums = [
        count, col("amount").sum(), col("amount").cast(pl.Int128).pow(2).sum().alias("squares"),
        col("untraceable").sum(), col("stalled").sum(), col("stalled").count().alias("watched"),
    ]
    dated = rows.filter(col("days").is_not_null())
    return {
        "deals": with_whole(rows, DIMENSIONS, ["outcome", "month"], sums),
        "cycles": with_whole(dated, DIMENSIONS, ["outcome", "month", "days"], [count]),
    }


def usual_sources(leads):
    """The source that most leads of a campaign have; in a tie the first by name."""
    return (
        leads.lazy().filter(col("campaign").is_not_null() & col("source").is_not_null())
        .group_by("campaign", "source").len().sort(["len", "source"], descending=[True, False])
        .unique("campaign", keep="first", maintain_order=True).select("campaign", usual="source")
    )


def table_of_attribution(credits, leads, deals_of_lead, usual):
    """Customers and their won amount by the first and the last touch of marketing before the win.

    The creation of the lead, with its own source, is a touch too. A touch tells no source: it has the usual one of its
    campaign. Touches of one moment: the one that tells its source, then by name, a blank first.
    """
    customers = deals_of_lead.lazy().filter(col("customer_at").is_not_null()).select("lead_row", "customer_at", "won")
    creations = customers.join(leads.lazy(), on="lead_row").select(
        "lead_row", pl.min_horizontal("entered_at", "customer_at").alias("touched_at"), "channel", "campaign", "source"
    )
    both = pl.concat([creations, credits.lazy().with_columns(lit(None, pl.String).alias("source"))])
    tie = [col("source").is_null(), *(col(name).fill_null("") for name in ["source", "channel", "campaign"])]
    models = [
        both.sort(col("touched_at"), *tie, descending=[is_last, *(False for _ in tie)])
        .unique("lead_row", keep="first", maintain_order=True)
        .with_columns(lit(model).alias("model"))
        for model, is_last in [("first", False), ("last", True)]
    ]
    credited = (
        pl.concat(models).join(usual, on="campaign", how="left").join(customers, on="lead_row")
        .select(pl.coalesce("source", "usual").alias("source"), "channel", "campaign", "model",
                month(col("customer_at")).alias("month"), "won")
    )
    sums = [pl.len().alias("conversions"), col("won").sum().alias("revenue")]
    return by_member(credited, DIMENSIONS[:3], ["model", "month"], sums)


def table_of_spend(folder, usual):
    """Spend by month, as a whole and by source, channel and campaign."""
    cents = (col("spend") * 100).round().cast(pl.Int64).alias("amount")
    spent_in = month(col("date").str.to_date("%Y-%m-%d")).alias("month")
    columns = ["source", "channel", "campaign", cents, "impressions", "clicks", spent_in]
    types = {"spend": pl.Float64, "impressions": pl.Int64, "clicks": pl.Int64}
    rows = (
        scan(folder, "spend.csv", columns, types=types)
        .join(usual, on="campaign", how="left")
        .with_columns(pl.coalesce("source", "usual").alias("source"))
    )
    return with_whole(rows, DIMENSIONS[:3], ["month"], [col("amount", "impressions", "clicks").sum()])


def latest(*frames):
    """The as-of moment: the latest of all."""
    return max(moment for frame in frames for moment in frame.max().row(0) if moment is not None)


def main():
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    leads = read_leads(folder)
    deals, changes = read_deals(folder, leads)
    deals_of_lead = by_lead(deals)
    contacts, credits = read_touches(folder, leads, deals_of_lead)
    own = ["created_at", "mql_at", "sal_at", "sql_at", "handed_over_at", "verdict_at"]
    as_of = latest(leads.select(own), deals.select("closed_at", "last_change_at"), contacts.select("last_at"))
    limits, otherwise = stall_limits(deals, changes)
    cases, combinations = make_cases(leads, deals_of_lead, contacts, as_of, limits, otherwise)
    usual = usual_sources(leads)
    tables, waits = tables_of_leads(cases, combinations, as_of)
    tables |= tables_of_deals(deals, leads, deals_of_lead, contacts, as_of, limits, otherwise)
    tables["attribution"] = table_of_attribution(credits, leads, deals_of_lead, usual)
    tables["spend"] = table_of_spend(folder, usual)
    pl.concat(pl.collect_all(waits)).write_parquet(output / "waits.parquet")
    for name, table in zip(tables, pl.collect_all(tables.values())):
        # Sums of squares need more than 64 bits while they are added up; not every reader of Parquet knows such.
        table.with_columns(cs.by_dtype(pl.Int128).cast(pl.Float64)).write_parquet(output / f"{name}.parquet")


if __name__ == "__main__":
    main()

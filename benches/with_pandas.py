"""The core tables of Casefile, computed by pandas.

Takes a folder with the six exports of `casefile demo --style plain`; gives the tables listed in README.md as Parquet
files in an output folder, by month and by dimension, for `agree.py` to compare with Casefile's own figures.

    with_pandas.py EXPORTS OUTPUT

Files are read by the engine of Arrow, which is several times faster than the one in C, with only the columns that are
needed. Tables are joined by the number of the row of a lead. Members, stages and words are small whole numbers; the
keys of a group are packed into one number, which was faster than grouping by several columns.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from words import (
    COMPETING, CUSTOMER, DIMENSIONS, IMPLIED, LEAKS, NONE, OPEN, PAIRS, REACHED, STAGES, STALLED, UNREACHABLE,
)

HOUR, DAY = np.timedelta64(3600, "s"), np.timedelta64(86_400, "s")
NEVER = np.datetime64("NaT", "s")
# What stands for "none" where days and months are whole numbers.
MISSING = -1
NO_RULE, KEPT, BROKEN = -1, 0, 1
STATES = ["in_progress", "lost", "rejected", "recycled", "customer"]
VERDICTS = ["accepted", "rejected", "recycled"]
ANSWERS = ["in_time", "late", "undated", "missing", "pending"]
SPEEDS = ["already", "in_time", "late", "never", "pending"]
BANDS = ["within 1 h", "1 h to 24 h", "1 to 3 days", "later", "never"]


def read(folder, name, columns, times=(), **types):
    """One export: text, and times by their format."""
    return pd.read_csv(folder / name, engine="pyarrow", usecols=[*columns, *times], parse_dates=list(times),
                       date_format="%Y-%m-%dT%H:%M:%SZ", dtype=types)


def instants(column):
    return column.to_numpy().astype("datetime64[s]")


def days(at):
    """Days since 1970; a missing one stays very far from all others."""
    return at.astype("datetime64[D]").astype("int64")


def months(at):
    """Months since the year 0."""
    number = at.astype("datetime64[M]").astype("int64") + 1970 * 12
    return np.where(np.isnat(at), MISSING, number)


def earliest(*instants):
    return np.fmin.reduce(instants)


def latest(*instants):
    return np.fmax.reduce(instants)


def first_known(*instants):
    found = instants[0]
    for other in instants[1:]:
        found = np.where(np.isnat(found), other, found)
    return found


def only(condition, at):
    return np.where(condition, at, NEVER)


def cents(amounts):
    return (amounts * 100).round().fillna(0).astype("int64").to_numpy()


def read_leads(folder):
    """Leads with their own stages and verdict: a verdict `accepted` dates the SAL, and a SAL is an acceptance."""
    text = ["lead_id", "email", "source", "channel", "campaign", "owner", "deal_id", "verdict", "verdict_reason"]
    times = ["created_at", "mql_at", "handed_over_at", "verdict_at", "sal_at", "sql_at"]
    leads = read(folder, "leads.csv", text, times)
    sal_at, verdict = instants(leads.sal_at), code(leads.verdict, VERDICTS)
    leads["verdict"] = np.where((verdict < 0) & ~np.isnat(sal_at), 0, verdict)
    accepted = (leads.verdict == 0).to_numpy()
    leads["verdict_at"] = first_known(instants(leads.verdict_at), only(accepted, sal_at))
    leads["sal_at"] = first_known(sal_at, only(accepted, instants(leads.verdict_at)))
    leads["entered_at"] = earliest(*(instants(leads[name]) for name in ["created_at", "mql_at", "sal_at", "sql_at"]))
    for name in DIMENSIONS:
        leads[name] = leads[name].astype("category")
    return leads


def code(words, known):
    """The place of each word in a list."""
    return pd.Categorical(words, categories=known).codes


def read_deals(folder, leads):
    """Deals with the lead behind each: named by the lead, by the deal, or the first customer of the same account."""
    changes = read(folder, "stage_changes.csv", ["deal_id", "stage"], ["changed_at"])
    deals = read(folder, "deals.csv", ["deal_id", "lead_id", "account_id", "stage", "outcome", "amount", "owner",
                                       "source", "loss_reason"], ["created_at", "closed_at", "last_changed_at"])
    deals["cents"] = cents(deals.amount)
    deals.loc[deals.outcome == "open", "closed_at"] = pd.NaT
    named_by = leads.loc[leads.deal_id.notna(), ["deal_id", "entered_at", "lead_id"]]
    named_by = named_by.sort_values(["entered_at", "lead_id"]).drop_duplicates("deal_id").set_index("deal_id")
    deals["lead_id"] = deals.deal_id.map(named_by.lead_id).fillna(deals.lead_id)
    changed_at = deals.deal_id.map(changes.groupby("deal_id").changed_at.max())
    deals["last_change_at"] = latest(instants(deals.created_at), instants(deals.last_changed_at), instants(changed_at))
    wins = deals[(deals.outcome == "won") & deals[["closed_at", "lead_id", "account_id"]].notna().all(axis=1)]
    wins = wins.sort_values(["closed_at", "lead_id"]).drop_duplicates("account_id").set_index("account_id")
    opened_at = deals.created_at.fillna(deals.closed_at)
    follows = opened_at >= deals.account_id.map(wins.closed_at)
    deals["lead_id"] = deals.lead_id.fillna(deals.account_id.map(wins.lead_id).where(follows))
    deals["lead_row"] = pd.Index(leads.lead_id).get_indexer(deals.lead_id)
    return deals, changes


def by_lead(deals, height):
    """What became of the deals of each lead, in the order of the leads."""
    deals = deals[deals.lead_row >= 0].sort_values(["last_change_at", "deal_id"])
    every, of = deals.groupby("lead_row"), {}
    for outcome in ["won", "open", "lost"]:
        of[outcome] = deals[deals.outcome == outcome]
    won, open_, lost = (of[outcome].groupby("lead_row") for outcome in ["won", "open", "lost"])
    squares = of["won"].cents.astype("float64") ** 2
    second = of["won"].dropna(subset="closed_at").sort_values("closed_at").groupby("lead_row").closed_at.nth(1)
    second.index = of["won"].lead_row[second.index]
    found = pd.DataFrame({
        "opportunity_at": every.created_at.min(), "newest_deal_at": every.created_at.max(),
        "customer_at": won.closed_at.min(), "repeat_at": second,
        "last_won_at": won.closed_at.max(), "last_lost_at": lost.closed_at.max(),
        "won_deals": won.size(), "open_deals": open_.size(), "lost_deals": lost.size(),
        "loss_reasons": lost.loss_reason.count(), "won": won.cents.sum(), "open": open_.cents.sum(),
        "won_squares": squares.groupby(of["won"].lead_row).sum(),
        "live_stage": open_.stage.last(), "live_change_at": open_.last_change_at.max(),
    }, index=pd.RangeIndex(height))
    counts = ["won_deals", "open_deals", "lost_deals", "loss_reasons", "won", "open"]
    found[counts] = found[counts].fillna(0).astype("int64")
    found["won_squares"] = found.won_squares.fillna(0.0)
    return found


def read_touches(folder, leads, deals_of_lead):
    """What the touches tell of each lead, in the order of the leads, and the touches that earn credit."""
    touches = read(folder, "touches.csv", ["lead_id", "side", "direction", "channel", "campaign"], ["touched_at"])
    row = pd.Index(leads.lead_id).get_indexer(touches.lead_id)
    at = instants(touches.touched_at)
    sales = (touches.side == "sales").to_numpy()
    inbound = (touches.direction == "inbound").to_numpy()
    touches = touches[["channel", "campaign"]]
    if (row < 0).any():
        known = row >= 0
        row, at, sales, inbound, touches = row[known], at[known], sales[known], inbound[known], touches[known]
    handed_over, verdict = instants(leads.handed_over_at)[row], instants(leads.verdict_at)[row]
    refused = only((leads.verdict > 0).to_numpy()[row], verdict)
    customer = instants(deals_of_lead.customer_at)[row]
    after = sales & (at >= handed_over)
    index = pd.RangeIndex(len(leads))

    def of(condition, how):
        found = pd.Series(at[condition]).groupby(row[condition]).agg(how)
        return instants(found.reindex(index))

    def count(condition):
        return np.bincount(row[condition], minlength=len(leads))

    contacts = pd.DataFrame({
        "last_at": of(slice(None), "max"),
        "last_sales_at": of(sales, "max"),
        "last_inbound_at": of(~sales & inbound, "max"),
        "first_sales_at": of(after, "min"),
        "before_handover": count(sales & (at < handed_over)) > 0,
        "attempts": count(after & ((at <= verdict) | np.isnat(verdict))),
        "nurtured": count(~sales & (at > refused) & (at <= refused + 90 * DAY)) > 0,
    })
    earns = ~sales & (at <= customer) & (at >= customer - 90 * DAY)
    credits = touches[earns].assign(lead_row=row[earns], touched_at=at[earns])
    return contacts, credits


def stall_limits(deals, changes):
    """The p90 of the days that won deals stood in a stage, where at least 20 have left it; else of their cycle."""
    def p90(days):
        return days.sort_values().iloc[(len(days) * 9 + 9) // 10 - 1]

    won = deals[deals.outcome == "won"]
    steps = changes.dropna(subset="changed_at").merge(won[["deal_id", "closed_at"]], on="deal_id")
    steps = steps.sort_values(["deal_id", "changed_at", "stage"])
    steps = steps[(steps.deal_id != steps.deal_id.shift()) | (steps.stage != steps.stage.shift())]
    next_at = steps.changed_at.shift(-1).where(steps.deal_id == steps.deal_id.shift(-1))
    until = next_at.fillna(steps.closed_at.where(steps.closed_at > steps.changed_at))
    stays = (until - steps.changed_at).dt.days.dropna().groupby(steps.stage)
    limits = stays.agg(p90)[stays.size() >= 20]
    cycles = pd.Series(days(instants(won.closed_at)) - days(instants(won.created_at)))[
        (won.closed_at.notna() & won.created_at.notna()).to_numpy()]
    return limits, p90(cycles) if len(cycles) else np.inf


def rules(case, as_of):
    """Each rule of `src/cases/leakage.rs`: no rule where it does not concern the lead, or its time is not up."""
    def kept(concerns, is_kept, is_past):
        return np.select([concerns & is_kept, concerns & is_past], [KEPT, BROKEN], NO_RULE).astype("int8")

    def broken(concerns, is_broken):
        return np.where(concerns, np.where(is_broken, BROKEN, KEPT), NO_RULE).astype("int8")

    def past(name, limit):
        return case[name] < as_of - limit

    def known(name):
        return ~np.isnat(case[name])

    handed_over, is_touched = known("handed_over_at"), known("first_sales_at")
    to_be_touched = handed_over & ~case["before_handover"]
    rejected = case["verdict"] == VERDICTS.index("rejected")
    in_time = case["first_sales_at"] <= case["handed_over_at"] + 24 * HOUR
    return {
        "no_source": broken(True, case["no_source"]),
        "never_handed_over": kept(known("mql_at"), handed_over | case["beyond_handover"], past("mql_at", 14 * DAY)),
        "no_owner": broken(handed_over, case["no_owner"]),
        "late_first_touch": np.select(
            [to_be_touched & is_touched, to_be_touched & past("handed_over_at", 24 * HOUR)],
            [np.where(in_time, KEPT, BROKEN), KEPT], NO_RULE,
        ).astype("int8"),
        "never_touched": kept(to_be_touched, is_touched, past("handed_over_at", 24 * HOUR)),
        "too_few_attempts": broken(rejected & case["unreachable"], case["attempts"] < 3),
        "no_verdict": kept(handed_over, (case["verdict"] >= 0) | case["beyond_handover"],
                           past("handed_over_at", 14 * DAY)),
        "rejected_without_reason": broken(rejected, case["no_reason"]),
        "not_nurtured": kept(known("refused_at"), case["nurtured"], past("refused_at", 90 * DAY)),
        "stalled": broken((case["outcome"] == 1) & known("live_change_at"), False),
        "lost_without_reason": broken(case["outcome"] == 2, case["loss_reasons"] == 0),
        "lost_and_forgotten": kept(known("lost_at"), case["last_at"] > case["lost_at"], past("lost_at", 180 * DAY)),
        "new_evidence_ignored": kept(known("evidence_at"),
                                     latest(case["last_sales_at"], case["newest_deal_at"]) >= case["evidence_at"],
                                     past("evidence_at", 14 * DAY)),
        "won_then_silent": kept(known("last_won_at"), case["last_at"] > case["last_won_at"],
                                past("last_won_at", 90 * DAY)),
        "untraceable_deal": None,
        "duplicate": broken(True, case["duplicate"]),
    }


def is_duplicate(leads):
    """Whether the same address was there before, and both leads are owned, by two people."""
    is_twice = leads.email.notna() & leads.email.duplicated(keep=False)
    twice = leads.loc[is_twice, ["email", "entered_at", "lead_id", "owner"]].sort_values(["entered_at", "lead_id"])
    owner = twice.owner.cat.codes
    is_first = ~twice.email.duplicated()
    first_owner = twice.email.map(pd.Series(owner[is_first].to_numpy(), index=twice.email[is_first]))
    found = np.zeros(len(leads), dtype=bool)
    found[twice.index[~is_first & (owner >= 0) & (first_owner >= 0) & (owner != first_owner)]] = True
    return found


def make_cases(leads, deals_of_lead, contacts, as_of, limits, otherwise):
    """One row a lead: days and months of its stages, how it stands, the rule it broke, verdict, speed, money."""
    case = {name: instants(leads[name]) for name in
            ["created_at", "mql_at", "sal_at", "sql_at", "handed_over_at", "verdict_at", "entered_at"]}
    case |= {name: instants(deals_of_lead[name]) for name in
             ["opportunity_at", "customer_at", "repeat_at", "newest_deal_at", "last_won_at", "last_lost_at"]}
    case |= {name: instants(contacts[name]) for name in
             ["last_at", "last_sales_at", "last_inbound_at", "first_sales_at"]}
    case |= {name: contacts[name].to_numpy() for name in ["before_handover", "attempts", "nurtured"]}
    deal = {name: deals_of_lead[name].to_numpy() for name in
            ["won_deals", "open_deals", "lost_deals", "loss_reasons", "won", "won_squares", "open"]}
    case |= deal
    case["lead_at"], case["verdict"] = case["created_at"], leads.verdict.to_numpy()
    has_deal = (deal["won_deals"] + deal["open_deals"] + deal["lost_deals"]) > 0
    case["beyond_handover"] = has_deal | ~np.isnat(case["sal_at"]) | ~np.isnat(case["sql_at"])
    # 0 won, 1 open, 2 lost, 3 no deal.
    case["outcome"] = np.select([deal["won_deals"] > 0, deal["open_deals"] > 0, deal["lost_deals"] > 0], [0, 1, 2], 3)
    refused = case["verdict"] > 0
    rejected_at = only((case["verdict"] == 1) & (case["outcome"] == 3), case["verdict_at"])
    case["refused_at"] = only(refused, case["verdict_at"])
    case["lost_at"] = only(case["outcome"] == 2, case["last_lost_at"])
    ended_at = first_known(case["lost_at"], rejected_at)
    case["evidence_at"] = only(case["last_inbound_at"] > ended_at, case["last_inbound_at"])
    live_change_at = instants(deals_of_lead.live_change_at)
    case["live_change_at"] = np.where(deal["open_deals"] == 1, latest(live_change_at, case["last_at"]), live_change_at)
    case["live_change_at"] = only(deal["open_deals"] > 0, case["live_change_at"])
    case["no_source"], case["no_owner"] = leads.source.isna().to_numpy(), leads.owner.isna().to_numpy()
    reasons = leads.verdict_reason.astype("category")
    unreachable = [bool(found) for found in reasons.cat.categories.str.contains(UNREACHABLE, case=False)]
    case["no_reason"] = reasons.isna().to_numpy()
    case["unreachable"] = np.array([*unreachable, False])[reasons.cat.codes]
    case["duplicate"] = is_duplicate(leads)

    at = {stage: case[f"{stage}_at"] for stage in STAGES}
    far = np.full(len(leads), -1, dtype="int8")
    for place, stage in enumerate(STAGES):
        far[~np.isnat(at[stage])] = place
    far = np.where(case["outcome"] == 0, np.maximum(far, CUSTOMER), far)
    state = np.select([case["outcome"] == 0, case["outcome"] == 2, case["outcome"] == 1, refused],
                      [4, 1, 0, np.where(case["verdict"] == 1, 2, 3)], 0)
    last_dated_at = latest(*at.values())
    ended_at = np.select([state == 1, (state == 2) | (state == 3)],
                         [first_known(case["last_lost_at"], last_dated_at),
                          first_known(case["verdict_at"], last_dated_at)], NEVER)

    broken = np.zeros(len(leads), dtype="int32")
    against = np.zeros(len(leads), dtype="int32")
    for place, rule in enumerate(rules(case, as_of).values()):
        if rule is None:
            continue
        against |= np.where(rule != NO_RULE, 1 << place, 0).astype("int32")
        if place == STALLED:
            limit = deals_of_lead.live_stage.map(limits).fillna(otherwise).to_numpy()
            idle = days(as_of) - days(case["live_change_at"])
            broken |= np.where((rule == KEPT) & (idle > limit), 1 << place, 0).astype("int32")
        broken |= np.where(rule == BROKEN, 1 << place, 0).astype("int32")

    handed_over, first = case["handed_over_at"], case["first_sales_at"]
    is_judged, is_dated = case["verdict"] >= 0, ~np.isnat(case["verdict_at"])
    answer = np.select(
        [np.isnat(handed_over), is_judged & (case["verdict_at"] <= handed_over + 14 * DAY), is_judged & is_dated,
         is_judged | case["beyond_handover"], handed_over < as_of - 14 * DAY],
        [MISSING, 0, 1, 2, 3], 4)
    speed = np.select(
        [np.isnat(handed_over), case["before_handover"], first <= handed_over + 24 * HOUR, ~np.isnat(first),
         handed_over < as_of - 24 * HOUR],
        [MISSING, 0, 1, 2, 3], 4)
    verdict = np.where(~is_judged & case["beyond_handover"] & ~np.isnat(handed_over), 0, case["verdict"])
    case_days = {f"{stage}_day": days(at[stage]) for stage in STAGES}
    case_months = {f"{stage}_month": months(at[stage]) for stage in STAGES}
    is_timed = (speed == 1) | (speed == 2)
    return pd.DataFrame({
        **{name: leads[name].cat.codes for name in DIMENSIONS}, **case_days, **case_months,
        "far": far, "state": state, "ended_day": days(ended_at), "entered_month": months(case["entered_at"]),
        "handed_over_month": months(handed_over), "verdict": verdict, "answer": answer,
        "verdict_days": days(case["verdict_at"]) - days(handed_over), "is_dated": is_dated,
        "reason": reasons.cat.codes, "speed": speed,
        "seconds": np.where(is_timed, (first - handed_over).astype("int64"), MISSING), "broken": broken, "against": against,
        **{name: deal[name] for name in ["won_deals", "won", "won_squares", "open"]},
    }), list(reasons.cat.categories)


class Groups:
    """Groups of rows by several small whole numbers, packed into one."""

    def __init__(self, frame, keys):
        self.keys, self.low, self.width = keys, {}, {}
        packed = np.zeros(len(frame), dtype="int64")
        for key in keys:
            values = frame[key].to_numpy()
            low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
            self.low[key], self.width[key] = low, high - low + 1
            packed = packed * self.width[key] + (values.astype("int64") - low)
        self.codes, self.found = pd.factorize(packed)

    def table(self, sums):
        """One row a group: its keys, and the sums of arrays; `None` counts rows."""
        columns, left = {}, self.found
        for key in reversed(self.keys):
            left, value = np.divmod(left, self.width[key])
            columns[key] = value + self.low[key]
        table = pd.DataFrame({key: columns[key] for key in self.keys})
        for name, values in sums.items():
            counted = np.bincount(self.codes, None if values is None else values, len(self.found))
            table[name] = counted if values is None or values.dtype.kind == "f" else counted.round().astype("int64")
        return table


class Writer:
    """Writes tables by dimension into a folder."""

    def __init__(self, output, members):
        self.output, self.members = output, members

    def rolled_up(self, name, frame, keys, sums, words=None, dimensions=DIMENSIONS):
        """The rows of a frame by each dimension in turn, the whole first."""
        values = {value: None if column is None else frame[column].to_numpy() for value, column in sums.items()}
        parts = [Groups(frame, keys).table(values).assign(dimension="", member="")]
        for dimension in dimensions:
            part = Groups(frame, [dimension, *keys]).table(values)
            names = np.array([*self.members[dimension], NONE], dtype=object)
            parts.append(part.assign(dimension=dimension, member=names[part.pop(dimension)]))
        self.write(name, pd.concat(parts, ignore_index=True), words or {})

    def write(self, name, table, words):
        """Puts words for their numbers and nothing for what is missing."""
        for key, known in words.items():
            table[key] = np.array([*known, None], dtype=object)[table[key]]
        for key in {"month", "minutes"} & set(table.columns):
            table[key] = table[key].astype("Int64").mask(table[key] == MISSING)
        table.to_parquet(self.output / f"{name}.parquet", index=False)


def counted(frame, keys):
    """Rows counted by combination of members and keys."""
    return Groups(frame, [*DIMENSIONS, *keys]).table({"leads": None})


def write_tables_of_leads(cases, reasons, writer, as_of):
    """Every table that counts leads."""
    entries = pd.concat([
        counted(cases[cases.far >= at].assign(month=cases[f"{stage}_month"]), ["month", "far"]).assign(stage=at)
        for at, stage in enumerate(STAGES)
    ])
    writer.rolled_up("funnel", entries, ["stage", "month", "far"], {"leads": "leads"})
    waits = pd.concat([wait(cases, start, goal, as_of) for start, goal in PAIRS], ignore_index=True)
    writer.rolled_up("waits", waits, ["from_stage", "to_stage", "month", "ended", "days"], {"leads": None})
    del waits

    entered = cases.assign(month=cases.entered_month)
    money = ["won_deals", "won", "won_squares", "open"]
    sums = {"leads": None} | {name: entered[name].to_numpy() for name in money}
    far = entered.far.to_numpy()
    for at, stage in enumerate(STAGES):
        sums[stage] = (far >= at).astype("int64")
        sums[f"undated_{stage}"] = ((far > at) & (entered[f"{stage}_day"].to_numpy() < -1_000_000)).astype("int64")
    by_entry = Groups(entered, [*DIMENSIONS, "month"]).table(sums)
    writer.rolled_up("roi", by_entry, ["month"], {name: name for name in sums})

    handed_over = cases[cases.handed_over_month != MISSING].assign(month=cases.handed_over_month)
    verdicts = counted(handed_over, ["month", "answer", "verdict"])
    writer.rolled_up("feedback", verdicts, ["month", "answer", "verdict"], {"leads": "leads"},
                     {"answer": ANSWERS, "verdict": VERDICTS})
    dated = counted(handed_over[handed_over.is_dated & (handed_over.verdict >= 0)], ["month", "verdict_days"])
    writer.rolled_up("feedback_days", dated, ["month", "verdict_days"], {"leads": "leads"})
    refused = counted(handed_over[handed_over.verdict > 0], ["month", "reason"])
    writer.rolled_up("feedback_reasons", refused.rename(columns={"reason": "verdict_reason"}),
                     ["month", "verdict_reason"], {"leads": "leads"}, {"verdict_reason": reasons})
    minutes = np.where(handed_over.seconds == MISSING, MISSING, handed_over.seconds // 60)
    writer.rolled_up("handover", handed_over.assign(minutes=minutes), ["month", "speed", "minutes"], {"leads": None},
                     {"speed": SPEEDS})
    write_speed_bands(handed_over, writer)

    held = Groups(entered, [*DIMENSIONS, "month", "broken", "state", "against"]).table({"leads": None})
    writer.rolled_up("leakage", held, ["month", "broken", "state"], {"leads": "leads"}, {"state": STATES})
    for at, leak in enumerate(LEAKS):
        held[f"against_{leak}"] = held.leads * ((held.against & (1 << at)) > 0)
    writer.rolled_up("against", held, ["month"], {f"against_{leak}": f"against_{leak}" for leak in LEAKS})


def wait(cases, start, goal, as_of):
    """Each lead in one stage: what ended its wait for another, after how many days."""
    end, dated = STAGES.index(goal), -1_000_000
    waiting = cases[cases[f"{start}_day"] > dated]
    until, far = waiting[f"{goal}_day"].to_numpy(), waiting.far.to_numpy()
    ended_day = waiting.ended_day.to_numpy()
    later = np.full(len(waiting), np.iinfo("int64").min)
    for stage in reversed(STAGES[end + 1:]):
        day = waiting[f"{stage}_day"].to_numpy()
        later = np.where(day > dated, day, later)
    kinds = [until > dated, far >= end, ended_day > dated]
    ended = np.select(kinds, [REACHED, IMPLIED, COMPETING], OPEN)
    until = np.select(kinds, [until, later, ended_day], days(as_of))
    return waiting[DIMENSIONS].assign(
        from_stage=STAGES.index(start), to_stage=end, month=waiting[f"{start}_month"], ended=ended,
        days=np.where(until > dated, until - waiting[f"{start}_day"], 0),
    )


def write_speed_bands(handed_over, writer):
    """What became of leads by how long they waited for the first touch."""
    known = handed_over[handed_over.speed.isin([1, 2, 3])]
    seconds = known.seconds
    band = np.select([known.speed == 3, seconds <= 3600, seconds <= 24 * 3600, seconds <= 72 * 3600], [4, 0, 1, 2], 3)
    table = Groups(known.assign(band=band), ["month", "band"]).table({
        "leads": None,
        "with_verdict": (known.verdict >= 0).to_numpy().astype("int64"),
        "accepted": (known.verdict == 0).to_numpy().astype("int64"),
        "customers": (known.far >= CUSTOMER).to_numpy().astype("int64"),
    })
    writer.write("speed_bands", table, {"band": BANDS})


def write_tables_of_deals(deals, leads, deals_of_lead, contacts, writer, as_of, limits, otherwise):
    """Deals by outcome and month of closing (open ones: of opening), their money, and days from opening to closing."""
    outcomes = ["open", "won", "lost"]
    row, outcome = deals.lead_row.to_numpy(), code(deals.outcome, outcomes)
    has_lead = row >= 0

    def of_lead(name):
        codes = leads[name].cat.codes.to_numpy()[row]
        return np.where(has_lead, codes, MISSING)

    def own(name):
        codes = pd.Categorical(deals[name], categories=writer.members[name]).codes
        return np.where(codes >= 0, codes, of_lead(name))

    created, closed = instants(deals.created_at), instants(deals.closed_at)
    last_change, last_at = instants(deals.last_change_at), instants(contacts.last_at)[row]
    is_only_open = has_lead & (deals_of_lead.open_deals.to_numpy()[row] == 1)
    idle = days(as_of) - days(np.where(is_only_open, latest(last_change, last_at), last_change))
    is_open = outcome == 0
    frame = pd.DataFrame({
        "source": own("source"), "channel": of_lead("channel"), "campaign": of_lead("campaign"), "owner": own("owner"),
        "outcome": outcome, "month": months(np.where(is_open, created, closed)),
        "days": days(closed) - days(created), "amount": deals.cents, "squares": deals.cents.astype("float64") ** 2,
        "untraceable": (~has_lead).astype("int64"), "watched": is_open.astype("int64"),
        "stalled": (is_open & (idle > deals.stage.map(limits).fillna(otherwise))).astype("int64"),
    })
    sums = {"deals": None} | {name: name for name in ["amount", "squares", "untraceable", "stalled", "watched"]}
    writer.rolled_up("deals", frame, ["outcome", "month"], sums, {"outcome": outcomes})
    dated = frame[~np.isnat(closed) & ~np.isnat(created)]
    writer.rolled_up("cycles", dated, ["outcome", "month", "days"], {"deals": None}, {"outcome": outcomes})


def write_attribution(credits, leads, deals_of_lead, usual, output):
    """Customers and their won amount by the first and the last touch of marketing before the win.

    The creation of the lead, with its own source, is a touch too. A touch tells no source: it has the usual one of its
    campaign. Touches of one moment: the one that tells its source, then by name, a blank first.
    """
    customers = deals_of_lead.loc[deals_of_lead.customer_at.notna(), ["customer_at", "won"]]
    creations = leads.loc[customers.index, ["channel", "campaign", "source"]].astype("str").assign(
        lead_row=customers.index,
        touched_at=earliest(instants(leads.entered_at)[customers.index], instants(customers.customer_at)),
    )
    both = pd.concat([creations, credits.assign(source=None)], ignore_index=True)
    both["told"] = both.source.isna()
    names = ["source", "channel", "campaign"]
    both[names] = both[names].fillna("").astype("category")
    parts = []
    for model, earliest_first in [("first", True), ("last", False)]:
        order = ["touched_at", "told", *names]
        touched = both.sort_values(order, ascending=[earliest_first, True, True, True, True])
        touched = touched.drop_duplicates("lead_row").set_index("lead_row")
        credited = touched[names].astype("str").replace("", None).join(customers)
        credited["source"] = credited.source.fillna(credited.campaign.map(usual))
        credited["month"] = months(instants(credited.customer_at))
        for name in names:
            part = credited.assign(member=credited[name].fillna(NONE)).groupby(["member", "month"]).won
            part = part.agg(["size", "sum"]).reset_index().rename(columns={"size": "conversions", "sum": "revenue"})
            parts.append(part.assign(dimension=name, model=model))
    pd.concat(parts).to_parquet(output / "attribution.parquet", index=False)


def write_spend(folder, usual, output):
    """Spend by month, as a whole and by source, channel and campaign."""
    spend = pd.read_csv(folder / "spend.csv", engine="pyarrow", parse_dates=["date"], date_format="%Y-%m-%d")
    spend["source"] = spend.source.fillna(spend.campaign.map(usual))
    spend["amount"] = cents(spend.spend)
    spend["month"] = months(instants(spend.date))
    parts = []
    for name in ["", *DIMENSIONS[:3]]:
        member = spend[name].fillna(NONE) if name else ""
        part = spend.assign(member=member).groupby(["member", "month"])[["amount", "impressions", "clicks"]].sum()
        parts.append(part.reset_index().assign(dimension=name))
    pd.concat(parts).to_parquet(output / "spend.parquet", index=False)


def usual_sources(leads):
    """The source that most leads of a campaign have; in a tie the first by name."""
    counts = leads.groupby(["campaign", "source"], observed=True).size().rename("leads").reset_index()
    counts = counts.astype({"campaign": "str", "source": "str"})
    counts = counts.sort_values(["leads", "source"], ascending=[False, True])
    return counts.drop_duplicates("campaign").set_index("campaign").source


def main():
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    leads = read_leads(folder)
    deals, changes = read_deals(folder, leads)
    deals_of_lead = by_lead(deals, len(leads))
    contacts, credits = read_touches(folder, leads, deals_of_lead)
    moments = [leads[name] for name in ["created_at", "mql_at", "sal_at", "sql_at", "handed_over_at", "verdict_at"]]
    moments += [deals.closed_at, deals.last_change_at, contacts.last_at]
    as_of = np.datetime64(max(moment.max() for moment in moments), "s")
    limits, otherwise = stall_limits(deals, changes)
    cases, reasons = make_cases(leads, deals_of_lead, contacts, as_of, limits, otherwise)
    writer = Writer(output, {name: list(leads[name].cat.categories) for name in DIMENSIONS})
    usual = usual_sources(leads)
    write_attribution(credits, leads, deals_of_lead, usual, output)
    write_spend(folder, usual, output)
    write_tables_of_deals(deals, leads, deals_of_lead, contacts, writer, as_of, limits, otherwise)
    del leads, contacts, deals_of_lead, deals, changes, credits
    write_tables_of_leads(cases, reasons, writer, as_of)


if __name__ == "__main__":
    main()

"""Whether the tables of another engine say the same as Casefile's figures.

Takes `figures.csv` of a site and a folder of tables that `with_duckdb.py`, `with_polars.py` or `with_pandas.py` wrote.
Sums the tables up to the periods of the report, makes each figure from them by the formula of the definitions, and
compares value, numerator and denominator, for amounts the interval too, of every figure of the families that README.md
lists. Gives the number of figures that agree and every difference; the exit code is 1 where there is one.

    agree.py FIGURES TABLES

Whole numbers and amounts have to be equal to the last digit; divided numbers to nine.
"""

import csv
import math
import sys
from collections import defaultdict
from pathlib import Path

import pandas

from words import LEAKS, NONE, STAGES

# What ended the wait of a lead in one stage for another, by its number in the table of waits.
ENDS = ["reached", "implied", "competing", "open"]
HORIZONS = [30, 60, 90, 180, 365]
SPENDABLE = ["", "source", "channel", "campaign"]
Z_95 = 1.959963984540054
# Families of figures that are not compared: README.md says why.
LEFT_OUT = ("quality.", "leakage.money", "handover.attempts")
LEFT_OUT_ENDS = (".money", ".before_start")


class Tables:
    """The tables of one engine, summed up by spot: dimension, member and period."""

    def __init__(self, folder):
        self.folder = folder
        self.owners = self.owner_numbers()

    def read(self, name):
        frame = pandas.read_parquet(self.folder / f"{name}.parquet")
        for column in frame.columns:
            if frame[column].dtype == "category":
                frame[column] = frame[column].astype(object)
        return frame

    def owner_numbers(self):
        """Owners go by number: the busiest first, by leads and deals together, in a tie by name."""
        times = defaultdict(int)
        for name, count in [("roi", "leads"), ("deals", "deals")]:
            frame = self.read(name)
            frame = frame[(frame.dimension == "owner") & (frame.member != NONE)]
            for owner, n in frame.groupby("member")[count].sum().items():
                times[owner] += n
        order = sorted(times, key=lambda owner: (-times[owner], owner))
        return {owner: f"Owner {place}" for place, owner in enumerate(order, 1)}

    def sums(self, name, keys, values):
        """Spot → key → sums of the values. Months of their own are kept for the whole and for sources."""
        frame = self.read(name)
        if "dimension" not in frame:
            frame = frame.assign(dimension="", member="")
        frame["member"] = frame.member.where(frame.dimension != "owner", frame.member.replace(self.owners))
        dated = frame[frame.month.notna()]
        number = dated.month.astype("int64")
        year, at = (number // 12).astype(str), number % 12
        quarters = dated.assign(period=year + "-Q" + (at // 3 + 1).astype(str))
        months = dated.assign(period=year + "-" + (at + 1).astype(str).str.zfill(2))
        months = months[months.dimension.isin(["", "source"])]
        found = defaultdict(dict)
        for part in [frame.assign(period="all"), quarters, months]:
            by = ["dimension", "member", "period", *keys]
            rows = part.groupby(by, dropna=False, sort=True, observed=True)[values].sum().reset_index()
            columns = [rows[column].tolist() for column in [*by, *values]]
            for row in zip(*columns):
                key = tuple(None if pandas.isna(part) else part for part in row[3:len(by)])
                found[row[:3]][key] = row[len(by):] if len(values) > 1 else row[-1]
        return found


class Figures:
    """Figures made from the tables: (id, period, dimension, member) → fields."""

    def __init__(self):
        self.rows = {}

    def put(self, figure, spot, value, numerator=None, denominator=None, low=None, high=None):
        dimension, member, period = spot
        self.rows[figure, period, dimension, member] = (value, numerator, denominator, low, high)

    def rate(self, figure, spot, part, of):
        self.put(figure, spot, part / of if of else None, part, of)

    def quotient(self, figure, spot, above, below):
        self.put(figure, spot, above / below if below else None, above, below)

    def revenue(self, figure, spot, amount, squares, deals):
        low = high = None
        if squares > 0:
            half = Z_95 * math.sqrt(squares)
            low, high = max(amount - half, 0.0), max(amount + half, 0.0)
        self.put(figure, spot, amount, None, deals, low, high)

    def percentiles(self, figure, spot, histogram, percentiles):
        cases = sum(histogram.values())
        for percent in percentiles:
            self.put(f"{figure}.p{percent}", spot, quantile(histogram, percent), None, cases)


def quantile(histogram, percent):
    """The smallest value at or below which so many percent lie."""
    wanted, so_far = sum(histogram.values()) * percent, 0
    for value in sorted(histogram):
        so_far += histogram[value] * 100
        if so_far >= wanted:
            return value
    return None


def funnel(tables, figures):
    cohorts = tables.sums("funnel", ["stage", "far"], ["leads"])
    stages = sorted({stage for rows in cohorts.values() for stage, _ in rows})
    for spot, rows in cohorts.items():
        for stage in stages:
            reached = {at: sum(n for (of, far), n in rows.items() if of == stage and far >= at) for at in stages}
            if not reached[stage]:
                continue
            figures.put(f"funnel.entered.{STAGES[stage]}", spot, reached[stage])
            figures.put(f"funnel.flow.{STAGES[stage]}", spot, reached[stage])
            for later in stages[stages.index(stage) + 1:]:
                name = f"funnel.conversion.{STAGES[stage]}.{STAGES[later]}"
                figures.rate(name, spot, reached[later], reached[stage])
    inner = stages[1:-1]
    values = [*(STAGES[at + 1] for at in inner), *(f"undated_{STAGES[at]}" for at in inner)]
    for spot, rows in tables.sums("roi", [], values).items():
        (row,) = rows.values()
        for place, at in enumerate(inner):
            figures.rate(f"funnel.skipped.{STAGES[at]}", spot, row[len(inner) + place], row[place])


def waits(tables, figures):
    for spot, rows in tables.sums("waits", ["from_stage", "to_stage", "ended", "days"], ["leads"]).items():
        pairs = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
        for (start, goal, ended, days), leads in rows.items():
            pairs[start, goal][ENDS[ended]][days] += leads
        for (start, goal), ends in pairs.items():
            name = f"{STAGES[start]}.{STAGES[goal]}"
            if ends["reached"]:
                figures.percentiles(f"velocity.{name}", spot, ends["reached"], [50, 75, 90])
            incidence(figures, f"funnel.incidence.{name}", spot, ends)


def incidence(figures, name, spot, ends):
    """Aalen–Johansen, with a wait that ended before it began on day 0."""
    days = defaultdict(lambda: [0, 0, 0])
    for place, kinds in enumerate([("reached", "implied"), ("competing",), ("open",)]):
        for kind in kinds:
            for day, leads in ends[kind].items():
                days[max(day, 0)][place] += leads
    cases = at_risk = sum(map(sum, days.values()))
    survival, share, reached_so_far, curve = 1.0, 0.0, 0, []
    for day in sorted(days):
        reached, competing, censored = days[day]
        share += survival * reached / at_risk
        survival *= 1.0 - (reached + competing) / at_risk
        at_risk -= reached + competing + censored
        reached_so_far += reached
        curve.append((day, min(share, 1.0), at_risk, reached_so_far))
    longest = max(ends["open"], default=None)
    for horizon in HORIZONS:
        before = [point for point in curve if point[0] <= horizon]
        _, share, at_risk, reached = before[-1] if before else (horizon, 0.0, cases, 0)
        if at_risk == 0 and longest is not None and longest < horizon:
            figures.put(f"{name}.{horizon}", spot, None, None, cases)
        else:
            figures.put(f"{name}.{horizon}", spot, share, reached, cases)


def matched(one, other, period, value):
    """Sums over the sources with something spent in a period that something ever came from: of both sides of a ratio."""
    sources = {member for dimension, member, of in one if (dimension, of) == ("source", period) and member != NONE}
    ever = {member for dimension, member, of in other if (dimension, of) == ("source", "all")}
    both = [("source", member, period) for member in sources & ever if one["source", member, period][0] > 0]
    return sum(one[spot][0] for spot in both), [value(other.get(spot)) for spot in both]


def money(tables, figures):
    values = ["leads", *STAGES, "won_deals", "won", "won_squares", "open"]
    leads = {spot: dict(zip(values, rows[()])) for spot, rows in tables.sums("roi", [], values).items()}
    spend = {spot: rows[()] for spot, rows in tables.sums("spend", [], ["amount", "impressions", "clicks"]).items()}
    deals = tables.sums("deals", ["outcome"], ["deals", "amount", "squares"])
    for spot in leads.keys() | spend.keys():
        row = leads.get(spot) or dict.fromkeys(values, 0)
        figures.put("roi.leads", spot, row["leads"])
        for stage in STAGES[1:]:
            figures.put(f"roi.{stage}", spot, row[stage])
        figures.revenue("roi.revenue", spot, row["won"], row["won_squares"], row["won_deals"])
        figures.put("roi.pipeline", spot, row["open"])
        if spot not in spend:
            continue
        amount, impressions, clicks = spend[spot]
        figures.put("roi.spend", spot, amount)
        if impressions > 0:
            figures.put("roi.impressions", spot, impressions)
            figures.put("roi.clicks", spot, clicks)
        if spot[0] == "":
            figures.quotient("roi.blended_cpl", spot, amount, row["leads"])
            if row["customer"]:
                figures.quotient("roi.blended_cac", spot, amount, row["customer"])
            figures.quotient("roi.blended_roas", spot, row["won"], amount)
            nothing = dict.fromkeys(values, 0)
            amount, rows = matched(spend, leads, spot[2], lambda row: row or nothing)
            row = {name: sum(row[name] for row in rows) for name in values}
        if not row["leads"] or not amount:
            continue
        costs = {"cpl": row["leads"], "cac": row["customer"]}
        costs |= {f"cost_per_{stage}": row[stage] for stage in STAGES[1:STAGES.index("customer")]}
        for name, count in costs.items():
            if count:
                figures.quotient(f"roi.{name}", spot, amount, count)
        figures.quotient("roi.roas", spot, row["won"], amount)
        figures.quotient("roi.roi", spot, row["won"] - amount, amount)
    closed = {spot: rows for spot, rows in deals.items() if rows.keys() & {("won",), ("lost",)}}
    for spot in deals.keys() | spend.keys():
        if spot[0] not in SPENDABLE:
            continue
        count, amount, squares = deals.get(spot, {}).get(("won",), (0, 0, 0))
        figures.put("cash.deals", spot, count)
        figures.revenue("cash.revenue", spot, amount, squares, count)
        if spot in spend:
            figures.put("cash.spend", spot, spend[spot][0])
            own, spent = amount, spend[spot][0]
            if spot[0] == "":
                figures.quotient("cash.blended_roas", spot, own, spent)
                won = lambda rows: (rows or {}).get(("won",), (0, 0, 0))[1]
                spent, amounts = matched(spend, closed, spot[2], won)
                own = sum(amounts)
            if spent and (spot[0] == "" or (*spot[:2], "all") in closed):
                figures.quotient("cash.roas", spot, own, spent)


def attribution(tables, figures):
    for spot, rows in tables.sums("attribution", ["model"], ["conversions", "revenue"]).items():
        for (model,), (conversions, revenue) in rows.items():
            figures.put(f"attribution.{model}.conversions", spot, conversions)
            figures.put(f"attribution.{model}.revenue", spot, revenue)


def feedback(tables, figures):
    for spot, rows in tables.sums("feedback", ["answer", "verdict"], ["leads"]).items():
        answers, verdicts = defaultdict(int), defaultdict(int)
        for (answer, verdict), leads in rows.items():
            answers[answer] += leads
            verdicts[verdict] += leads
        handed_over = sum(answers.values())
        answered = answers["in_time"] + answers["late"] + answers["undated"]
        figures.put("feedback.handed_over", spot, handed_over)
        figures.put("feedback.pending", spot, answers["pending"])
        figures.rate("feedback.rate", spot, answered, handed_over - answers["pending"])
        figures.rate("feedback.in_time", spot, answers["in_time"],
                     answers["in_time"] + answers["late"] + answers["missing"])
        for verdict in ["accepted", "rejected", "recycled"]:
            figures.rate(f"feedback.{verdict}", spot, verdicts[verdict], answered)
        figures.rate("feedback.accepted_of_handed_over", spot, verdicts["accepted"], handed_over)
    for spot, rows in tables.sums("feedback_days", ["verdict_days"], ["leads"]).items():
        figures.percentiles("feedback.days", spot, {days: leads for (days,), leads in rows.items()}, [50, 90])
    for (dimension, _, period), rows in tables.sums("feedback_reasons", ["verdict_reason"], ["leads"]).items():
        refused = sum(rows.values())
        for (reason,), leads in rows.items() if dimension == "" else []:
            figures.put("feedback.reason", ("reason", reason or NONE, period), leads, leads, refused)


def handover(tables, figures):
    for spot, rows in tables.sums("handover", ["speed", "minutes"], ["leads"]).items():
        speeds, minutes = defaultdict(int), defaultdict(int)
        for (speed, waited), leads in rows.items():
            speeds[speed] += leads
            if waited is not None:
                minutes[waited] += leads
        due = speeds["in_time"] + speeds["late"] + speeds["never"]
        figures.rate("handover.within", spot, speeds["in_time"], due)
        figures.rate("handover.never_touched", spot, speeds["never"], due)
        figures.put("handover.already_in_contact", spot, speeds["already"])
        figures.put("handover.pending", spot, speeds["pending"])
        if minutes:
            figures.percentiles("handover.speed", spot, minutes, [50, 90])
    values = ["leads", "with_verdict", "accepted", "customers"]
    for (_, _, period), rows in tables.sums("speed_bands", ["band"], values).items():
        for (band,), (leads, with_verdict, accepted, customers) in rows.items():
            figures.rate("handover.conversion", ("speed_band", band, period), customers, leads)
            figures.rate("handover.accepted", ("speed_band", band, period), accepted, with_verdict)


def leakage(tables, figures):
    against = tables.sums("against", [], [f"against_{leak}" for leak in LEAKS])
    for spot, rows in tables.sums("leakage", ["broken", "state"], ["leads"]).items():
        broken, waterfall, leaked = defaultdict(int), defaultdict(int), 0
        for (bits, state), leads in rows.items():
            names = [leak for at, leak in enumerate(LEAKS) if int(bits) >> at & 1]
            leaked += leads if names else 0
            for name in names:
                broken[name] += leads
            # Each lead once, at the first rule that it broke.
            word = "customers" if state == "customer" else names[0] if names else state
            waterfall[word] += leads
        held = dict(zip(LEAKS, against[spot][()]))
        for leak in LEAKS:
            if held[leak]:
                figures.put(f"leakage.{leak}", spot, broken[leak])
                figures.rate(f"leakage.{leak}.share", spot, broken[leak], held[leak])
        figures.rate("leakage.leaked", spot, leaked, sum(rows.values()))
        figures.put("waterfall.leads", spot, sum(rows.values()))
        for step, leads in waterfall.items():
            figures.put(f"waterfall.{step}", spot, leads)


def deals(tables, figures):
    cycles = tables.sums("cycles", ["outcome", "days"], ["deals"])
    values = ["deals", "amount", "squares", "untraceable", "stalled", "watched"]
    for spot, rows in tables.sums("deals", ["outcome"], values).items():
        none = [0] * len(values)
        of = {outcome: dict(zip(values, rows.get((outcome,), none))) for outcome in ["open", "won", "lost"]}
        won, lost, every = of["won"], of["lost"], of.values()
        closed = won["deals"] + lost["deals"]
        figures.put("deals.won", spot, won["deals"])
        figures.put("deals.lost", spot, lost["deals"])
        if spot[2] == "all":
            figures.put("deals.open", spot, of["open"]["deals"])
            figures.rate("deals.stalled", spot, of["open"]["stalled"], of["open"]["watched"])
        figures.rate("deals.win_rate", spot, won["deals"], closed)
        if spot[0] != "owner" and won["amount"] + lost["amount"] > 0:
            figures.quotient("deals.win_rate_value", spot, won["amount"], won["amount"] + lost["amount"])
        figures.revenue("deals.revenue", spot, won["amount"], won["squares"], won["deals"])
        if won["deals"]:
            figures.quotient("deals.average", spot, won["amount"], won["deals"])
        untraceable, all_deals = sum(row["untraceable"] for row in every), sum(row["deals"] for row in every)
        figures.put("leakage.untraceable_deal", spot, untraceable)
        figures.rate("leakage.untraceable_deal.share", spot, untraceable, all_deals)
        for outcome, name in [("won", "cycle"), ("lost", "cycle_lost")]:
            days = {day: n for (found, day), n in cycles.get(spot, {}).items() if found == outcome}
            if days:
                figures.percentiles(f"deals.{name}", spot, days, [50, 75, 90])
                median = quantile(days, 50)
                if outcome == "won" and spot[0] == "" and median > 0:
                    figures.quotient("velocity.pipeline", spot, won["amount"], median)


MONEY_IDS = ("roi.spend", "roi.revenue", "roi.pipeline", "roi.cpl", "roi.cac", "roi.cost_per_", "roi.roas", "roi.roi",
             "roi.blended_", "cash.blended_roas",
             "cash.revenue", "cash.spend", "cash.roas", "deals.revenue", "deals.average", "deals.win_rate_value",
             "velocity.pipeline", "attribution.first.revenue", "attribution.last.revenue")


def is_amount(figure, field):
    """Whether a field holds an amount: figures.csv has whole units, the tables have cents."""
    if not figure.startswith(MONEY_IDS):
        return False
    is_ratio = figure.startswith(("roi.roas", "roi.roi", "cash.roas", "roi.blended_roas", "cash.blended_roas", "deals.win_rate_value"))
    return field in ("numerator", "denominator") if is_ratio else field != "denominator"


def equal(printed, number, is_amount):
    """Whole numbers and cents are equal exactly; divided ones to nine digits, divided amounts as far as printed."""
    if number is None:
        return False
    if is_amount:
        # Whole cents have two decimals, divided amounts up to four.
        return abs(float(printed) - number) <= 0.5000001e-4
    return math.isclose(float(printed), number, rel_tol=1e-9, abs_tol=1e-12)


def compare(path, figures):
    agree, withheld, unpublished, differences, seen, shown = 0, 0, 0, [], set(), set()
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            figure = row["figure"]
            key = (figure, row["period"], row["dimension"], row["member"])
            seen.add(key)
            shown.add((figure, row["period"], row["dimension"]))
            if figure.startswith(LEFT_OUT) or figure.endswith(LEFT_OUT_ENDS):
                continue
            if row["note"].startswith("withheld"):
                withheld += 1
                continue
            made = figures.get(key, (0, 0, 0, None, None))
            wrong = []
            for field, number in zip(["value", "numerator", "denominator", "low", "high"], made):
                printed = row[field]
                if printed == "" or field in ("low", "high") and number is None:
                    continue
                amount = is_amount(figure, field)
                if amount and number is not None:
                    number /= 100
                if not equal(printed, number, amount):
                    wrong.append(f"{field} {printed} against {number}")
            if wrong:
                differences.append(f"{'  '.join(key)}: {', '.join(wrong)}")
            else:
                agree += 1
    for key, (value, numerator, denominator, *_) in figures.items():
        if key in seen or not (value or numerator or denominator):
            continue
        # What no page shows is not published: a figure of no member of a dimension in a period.
        if key[:3] not in shown:
            unpublished += 1
        else:
            differences.append(f"{'  '.join(key)}: not in figures.csv, against {value} ({numerator} of {denominator})")
    return agree, withheld, unpublished, differences


def main():
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    tables, figures = Tables(folder), Figures()
    for family in [funnel, waits, money, attribution, feedback, handover, leakage, deals]:
        family(tables, figures)
    agree, withheld, unpublished, differences = compare(path, figures.rows)
    for difference in differences:
        print(difference)
    print(f"{agree} figures agree, {len(differences)} differ; {withheld} are withheld and {unpublished} not published")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())

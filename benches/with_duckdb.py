"""The core tables of Casefile, computed by DuckDB.

Takes a folder with the six exports of `casefile demo --style plain`; gives the tables listed in README.md as Parquet
files in an output folder, by month and by dimension, for `agree.py` to compare with Casefile's own figures.

    with_duckdb.py EXPORTS OUTPUT

Each file is read once, with declared types and only the columns that are needed. One temporary table holds a row a
lead, with everything known of it; members of the dimensions are small codes, as in a star schema. GROUPING SETS give
the whole and all dimensions in one go: over rows counted by combination of members, or over the leads themselves where
counting first makes few rows fewer. Both were timed, and the faster one is used; scanning the touches twice and a
group-by a dimension were slower.
"""

import sys
from pathlib import Path

import duckdb

from words import (
    COMPETING, CUSTOMER, DIMENSIONS, IMPLIED, LEAKS, NONE, OPEN, PAIRS, REACHED, STAGES, STALLED, UNREACHABLE,
)

LEAD_COLUMNS = {
    "lead_id": "VARCHAR", "created_at": "TIMESTAMP", "source": "VARCHAR", "channel": "VARCHAR", "campaign": "VARCHAR",
    "email": "VARCHAR", "company": "VARCHAR", "industry": "VARCHAR", "region": "VARCHAR", "owner": "VARCHAR",
    "account_id": "VARCHAR", "status": "VARCHAR", "score": "VARCHAR", "mql_at": "TIMESTAMP",
    "handed_over_at": "TIMESTAMP", "verdict": "VARCHAR", "verdict_at": "TIMESTAMP", "verdict_reason": "VARCHAR",
    "sal_at": "TIMESTAMP", "sql_at": "TIMESTAMP", "deal_id": "VARCHAR",
}
TOUCH_COLUMNS = {
    "touch_id": "VARCHAR", "lead_id": "VARCHAR", "touched_at": "TIMESTAMP", "side": "VARCHAR", "channel": "VARCHAR",
    "direction": "VARCHAR", "campaign": "VARCHAR", "owner": "VARCHAR",
}
DEAL_COLUMNS = {
    "deal_id": "VARCHAR", "lead_id": "VARCHAR", "account_id": "VARCHAR", "created_at": "TIMESTAMP", "stage": "VARCHAR",
    "outcome": "VARCHAR", "closed_at": "TIMESTAMP", "amount": "DECIMAL(18,2)", "currency": "VARCHAR",
    "owner": "VARCHAR", "source": "VARCHAR", "product": "VARCHAR", "loss_reason": "VARCHAR",
    "last_changed_at": "TIMESTAMP",
}
CHANGE_COLUMNS = {"deal_id": "VARCHAR", "stage": "VARCHAR", "changed_at": "TIMESTAMP"}
SPEND_COLUMNS = {
    "date": "DATE", "source": "VARCHAR", "channel": "VARCHAR", "campaign": "VARCHAR", "spend": "DECIMAL(18,2)",
    "currency": "VARCHAR", "impressions": "BIGINT", "clicks": "BIGINT",
}


def csv(folder: Path, name: str, columns: dict[str, str]) -> str:
    """The scan of one export: nothing is sniffed."""
    types = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
    path = str(folder / name).replace("'", "''")
    manner = "header = true, delim = ',', quote = '\"', escape = '\"', timestampformat = '%Y-%m-%dT%H:%M:%SZ'"
    return f"read_csv('{path}', {manner}, columns = {{{types}}})"


def month(instant: str) -> str:
    return f"(year({instant}) * 12 + month({instant}) - 1)::SMALLINT"


def read_leads(db, folder):
    """Leads with their own stages and verdict: a verdict `accepted` dates the SAL, and a SAL is an acceptance."""
    db.execute(f"""
        CREATE TEMP TABLE lead AS
        SELECT lead_id, email, source, channel, campaign, owner, created_at, mql_at, sql_at, handed_over_at, deal_id,
            verdict_reason,
            coalesce(verdict, CASE WHEN sal_at IS NOT NULL THEN 'accepted' END) AS verdict,
            coalesce(verdict_at, CASE WHEN coalesce(verdict, 'accepted') = 'accepted' THEN sal_at END) AS verdict_at,
            coalesce(sal_at, CASE WHEN verdict = 'accepted' THEN verdict_at END) AS sal_at,
            least(created_at, mql_at, sal_at, sql_at, CASE WHEN verdict = 'accepted' THEN verdict_at END) AS entered_at
        FROM {csv(folder, 'leads.csv', LEAD_COLUMNS)}""")
    codes = ", ".join(f"dense_rank() OVER (ORDER BY {name})::USMALLINT AS {name}_code" for name in DIMENSIONS)
    db.execute(f"""
        CREATE TEMP TABLE combination AS
        SELECT row_number() OVER ()::USMALLINT AS combination, *, {codes}
        FROM (SELECT DISTINCT {", ".join(DIMENSIONS)} FROM lead)""")
    members = " UNION ".join(
        f"SELECT {at}::TINYINT, {name}_code, '{name}', coalesce({name}, '{NONE}') FROM combination"
        for at, name in enumerate(DIMENSIONS, 1)
    )
    whole = "SELECT 0::TINYINT AS place, 0::USMALLINT AS code, '' AS dimension, '' AS member"
    db.execute(f"CREATE TEMP TABLE member AS {whole} UNION {members}")
    db.execute("""
        CREATE TEMP TABLE campaign_source AS
        SELECT campaign, arg_min(source, (-leads, source)) AS source
        FROM (SELECT campaign, source, count(*) AS leads FROM lead
            WHERE campaign IS NOT NULL AND source IS NOT NULL GROUP BY ALL)
        GROUP BY campaign""")


def read_deals(db, folder):
    """Deals with the lead behind each: named by the lead, by the deal, or the first customer of the same account."""
    db.execute(f"CREATE TEMP TABLE change AS FROM {csv(folder, 'stage_changes.csv', CHANGE_COLUMNS)}")
    db.execute(f"""
        CREATE TEMP TABLE deal AS
        WITH by_deal AS (
            SELECT deal_id, arg_min(lead_id, (entered_at, lead_id)) AS lead_id
            FROM lead WHERE deal_id IS NOT NULL GROUP BY deal_id
        ), changed AS (
            SELECT deal_id, max(changed_at) AS changed_at FROM change GROUP BY deal_id
        ), named AS (
            SELECT deal.* EXCLUDE (lead_id, currency, product, amount, last_changed_at),
                (deal.amount * 100)::BIGINT AS amount,
                coalesce(by_deal.lead_id, deal.lead_id) AS lead_id,
                greatest(deal.created_at, deal.last_changed_at, changed.changed_at) AS last_change_at
            FROM {csv(folder, 'deals.csv', DEAL_COLUMNS)} AS deal
            LEFT JOIN by_deal USING (deal_id) LEFT JOIN changed USING (deal_id)
        ), first_win AS (
            SELECT account_id, arg_min(lead_id, (closed_at, lead_id)) AS lead_id, min(closed_at) AS won_at
            FROM named
            WHERE outcome = 'won' AND closed_at IS NOT NULL AND lead_id IS NOT NULL AND account_id IS NOT NULL
            GROUP BY account_id
        )
        SELECT named.* EXCLUDE (lead_id, closed_at),
            CASE WHEN outcome <> 'open' THEN closed_at END AS closed_at,
            coalesce(named.lead_id,
                CASE WHEN coalesce(created_at, closed_at) >= first_win.won_at THEN first_win.lead_id END) AS lead_id
        FROM named LEFT JOIN first_win USING (account_id)""")
    db.execute("""
        CREATE TEMP TABLE deals_of_lead AS
        SELECT lead_id, min(created_at) AS opportunity_at, max(created_at) AS newest_deal_at,
            min(closed_at, 2) FILTER (outcome = 'won') AS wins,
            max(closed_at) FILTER (outcome = 'won') AS last_won_at,
            max(closed_at) FILTER (outcome = 'lost') AS last_lost_at,
            count(*) FILTER (outcome = 'won') AS won_deals,
            count(*) FILTER (outcome = 'open') AS open_deals,
            count(*) FILTER (outcome = 'lost') AS lost_deals,
            count(loss_reason) FILTER (outcome = 'lost') AS loss_reasons,
            coalesce(sum(amount) FILTER (outcome = 'won'), 0)::BIGINT AS won,
            coalesce(sum(amount::HUGEINT * amount) FILTER (outcome = 'won'), 0)::HUGEINT AS won_squares,
            coalesce(sum(amount) FILTER (outcome = 'open'), 0)::BIGINT AS open,
            arg_max(stage, (last_change_at, deal_id)) FILTER (outcome = 'open') AS live_stage,
            max(last_change_at) FILTER (outcome = 'open') AS live_change_at
        FROM deal WHERE lead_id IS NOT NULL GROUP BY lead_id""")


def read_touches(db, folder):
    """One row a lead that was touched: the few instants that the measures need, and the touches that earn credit.

    Touches of one moment are ordered by channel and campaign, a blank first, so that the order of rows never shows.
    """
    earns = "NOT sales AND touched_at <= converted_at AND touched_at >= converted_at - INTERVAL 90 DAY"
    credit = "'channel': coalesce(channel, ''), 'campaign': coalesce(campaign, '')"
    db.execute(f"""
        CREATE TEMP TABLE contact AS
        WITH lead AS (
            SELECT lead.rowid AS lead_row, lead_id, handed_over_at, verdict_at,
                CASE WHEN verdict <> 'accepted' THEN verdict_at END AS refused_at, wins[1] AS converted_at
            FROM lead LEFT JOIN deals_of_lead USING (lead_id)
        ), touch AS (
            SELECT lead_id, touched_at, side = 'sales' AS sales, direction = 'inbound' AS inbound, channel, campaign
            FROM {csv(folder, 'touches.csv', TOUCH_COLUMNS)}
        )
        SELECT lead_row,
            max(touched_at) AS last_at,
            max(touched_at) FILTER (sales) AS last_sales_at,
            max(touched_at) FILTER (NOT sales AND inbound) AS last_inbound_at,
            min(touched_at) FILTER (sales AND touched_at >= handed_over_at) AS first_sales_at,
            count(*) FILTER (sales AND touched_at < handed_over_at) > 0 AS before_handover,
            count(*) FILTER (sales AND touched_at >= handed_over_at AND coalesce(touched_at <= verdict_at, true))
                AS attempts,
            count(*) FILTER (NOT sales AND touched_at > refused_at AND touched_at <= refused_at + INTERVAL 90 DAY) > 0
                AS nurtured,
            min({{'order': epoch(touched_at), {credit}}}) FILTER ({earns}) AS first_credit,
            min({{'order': -epoch(touched_at), {credit}}}) FILTER ({earns}) AS last_credit
        FROM touch JOIN lead USING (lead_id)
        GROUP BY lead_row""")


def look_at_all(db):
    """What comes from all the data: the as-of moment, and after how many idle days an open deal has stalled."""
    (as_of,) = db.execute("""
        SELECT greatest(
            (SELECT greatest(max(created_at), max(mql_at), max(sal_at), max(sql_at), max(handed_over_at),
                max(verdict_at)) FROM lead),
            (SELECT greatest(max(closed_at), max(last_change_at)) FROM deal),
            (SELECT max(last_at) FROM contact))""").fetchone()
    # The p90 of the days that won deals stood in a stage, where at least 20 have left it; else of their whole cycle.
    db.execute("""
        CREATE TEMP TABLE stall_limit AS
        WITH step AS (
            SELECT deal_id, closed_at, change.stage, changed_at,
                lag(change.stage) OVER (PARTITION BY deal_id ORDER BY changed_at, change.stage) AS previous
            FROM change JOIN deal USING (deal_id) WHERE outcome = 'won' AND changed_at IS NOT NULL
        ), stay AS (
            SELECT stage, changed_at, closed_at,
                lead(changed_at) OVER (PARTITION BY deal_id ORDER BY changed_at, stage) AS next_at
            FROM step WHERE stage IS DISTINCT FROM previous
        ), days AS (
            SELECT stage, epoch(coalesce(next_at, closed_at) - changed_at)::BIGINT // 86400 AS days
            FROM stay WHERE next_at IS NOT NULL OR closed_at > changed_at
            UNION ALL
            SELECT NULL, closed_at::DATE - created_at::DATE FROM deal
            WHERE outcome = 'won' AND closed_at IS NOT NULL AND created_at IS NOT NULL
        ), ranked AS (
            SELECT stage, days, row_number() OVER (PARTITION BY stage ORDER BY days) AS place,
                count(*) OVER (PARTITION BY stage) AS deals
            FROM days
        )
        SELECT stage, min(days) AS days FROM ranked
        WHERE place * 100 >= deals * 90 AND (deals >= 20 OR stage IS NULL) GROUP BY stage""")
    # An address is known by the lead that had it first.
    db.execute("""
        CREATE TEMP TABLE first_with_email AS
        SELECT email, arg_min({'lead_id': lead_id, 'owner': owner}, (entered_at, lead_id)) AS first
        FROM lead WHERE email IN (SELECT email FROM lead WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1)
        GROUP BY email""")
    return f"TIMESTAMP '{as_of}'"


# A rule is null where it does not concern the lead, or its time is not up.
RULES = {
    "no_source": "source IS NULL",
    "never_handed_over": """CASE WHEN mql_at IS NULL THEN NULL
        WHEN handed_over_at IS NOT NULL OR beyond_handover THEN false
        WHEN mql_at < {as_of} - INTERVAL 14 DAY THEN true END""",
    "no_owner": "CASE WHEN handed_over_at IS NOT NULL THEN owner IS NULL END",
    "late_first_touch": """CASE WHEN handed_over_at IS NULL OR before_handover THEN NULL
        WHEN first_sales_at IS NOT NULL THEN first_sales_at > handed_over_at + INTERVAL 24 HOUR
        WHEN handed_over_at < {as_of} - INTERVAL 24 HOUR THEN false END""",
    "never_touched": """CASE WHEN handed_over_at IS NULL OR before_handover THEN NULL
        WHEN first_sales_at IS NOT NULL THEN false
        WHEN handed_over_at < {as_of} - INTERVAL 24 HOUR THEN true END""",
    "too_few_attempts": """CASE WHEN verdict = 'rejected' AND regexp_matches(verdict_reason, '{unreachable}', 'i')
        THEN coalesce(attempts, 0) < 3 END""",
    "no_verdict": """CASE WHEN handed_over_at IS NULL THEN NULL
        WHEN verdict IS NOT NULL OR beyond_handover THEN false
        WHEN handed_over_at < {as_of} - INTERVAL 14 DAY THEN true END""",
    "rejected_without_reason": "CASE WHEN verdict = 'rejected' THEN verdict_reason IS NULL END",
    "not_nurtured": """CASE WHEN refused_at IS NULL THEN NULL
        WHEN nurtured THEN false WHEN refused_at < {as_of} - INTERVAL 90 DAY THEN true END""",
    "stalled": "CASE WHEN outcome = 'open' AND live_change_at IS NOT NULL THEN false END",
    "lost_without_reason": "CASE WHEN outcome = 'lost' THEN loss_reasons = 0 END",
    "lost_and_forgotten": """CASE WHEN lost_at IS NULL THEN NULL
        WHEN last_at > lost_at THEN false WHEN lost_at < {as_of} - INTERVAL 180 DAY THEN true END""",
    "new_evidence_ignored": """CASE WHEN evidence_at IS NULL THEN NULL
        WHEN greatest(last_sales_at, newest_deal_at) >= evidence_at THEN false
        WHEN evidence_at < {as_of} - INTERVAL 14 DAY THEN true END""",
    "won_then_silent": """CASE WHEN last_won_at IS NULL THEN NULL
        WHEN last_at > last_won_at THEN false WHEN last_won_at < {as_of} - INTERVAL 90 DAY THEN true END""",
    "untraceable_deal": "NULL::BOOLEAN",
    "duplicate": "coalesce(first.lead_id <> lead_id AND first.owner <> owner, false)",
}


def make_cases(db, as_of):
    """One row a lead: days and months of its stages, how it stands, the rule it broke, verdict, speed, money."""
    rules = ",\n".join(f"{RULES[leak].format(as_of=as_of, unreachable=UNREACHABLE)} AS rule_{leak}" for leak in LEAKS)
    # A bit for each rule that it broke, stalling apart, and for each that applies to it.
    broken = " | ".join(f"(coalesce(rule_{leak}, false)::INTEGER << {at})" for at, leak in enumerate(LEAKS))
    against = " | ".join(f"((rule_{leak} IS NOT NULL)::INTEGER << {at})" for at, leak in enumerate(LEAKS))
    far = " ".join(f"WHEN {stage}_at IS NOT NULL THEN {at}" for at, stage in reversed(list(enumerate(STAGES))))
    days = ", ".join(f"{stage}_at::DATE AS {stage}_day, {month(f'{stage}_at')} AS {stage}_month" for stage in STAGES)
    db.execute(f"""
        CREATE TEMP TABLE cases AS
        WITH joined AS (
            SELECT lead.*, combination, contact.* EXCLUDE (lead_row, before_handover, nurtured), first,
                lead.created_at AS lead_at, opportunity_at, wins[1] AS customer_at, wins[2] AS repeat_at,
                newest_deal_at, last_won_at, last_lost_at, coalesce(won_deals, 0) AS won_deals, open_deals, lost_deals,
                loss_reasons, coalesce(won, 0) AS won, coalesce(won_squares, 0) AS won_squares,
                coalesce(open, 0) AS open, live_stage,
                CASE WHEN open_deals = 1 THEN greatest(live_change_at, last_at) ELSE live_change_at END
                    AS live_change_at,
                coalesce(before_handover, false) AS before_handover, coalesce(nurtured, false) AS nurtured,
                CASE WHEN verdict <> 'accepted' THEN verdict_at END AS refused_at,
                deals_of_lead.lead_id IS NOT NULL OR sal_at IS NOT NULL OR sql_at IS NOT NULL AS beyond_handover,
                CASE WHEN won_deals > 0 THEN 'won' WHEN open_deals > 0 THEN 'open' WHEN lost_deals > 0 THEN 'lost' END
                    AS outcome
            FROM lead
            JOIN combination ON lead.source IS NOT DISTINCT FROM combination.source
                AND lead.channel IS NOT DISTINCT FROM combination.channel
                AND lead.campaign IS NOT DISTINCT FROM combination.campaign
                AND lead.owner IS NOT DISTINCT FROM combination.owner
            LEFT JOIN deals_of_lead USING (lead_id)
            LEFT JOIN contact ON contact.lead_row = lead.rowid
            LEFT JOIN first_with_email ON first_with_email.email = lead.email
        ), known AS (
            SELECT *,
                CASE WHEN outcome = 'lost' THEN last_lost_at END AS lost_at,
                CASE outcome WHEN 'won' THEN 'customer' WHEN 'lost' THEN 'lost' WHEN 'open' THEN 'in_progress'
                    ELSE CASE verdict WHEN 'rejected' THEN 'rejected' WHEN 'recycled' THEN 'recycled'
                        ELSE 'in_progress' END END AS state,
                greatest({", ".join(f"{stage}_at" for stage in STAGES)}) AS last_dated_at,
                greatest(CASE {far} ELSE -1 END, CASE WHEN outcome = 'won' THEN {CUSTOMER} ELSE -1 END)
                    ::TINYINT AS far
            FROM joined
        ), judged AS (
            SELECT *,
                CASE WHEN last_inbound_at > coalesce(lost_at,
                    CASE WHEN verdict = 'rejected' AND outcome IS NULL THEN verdict_at END)
                    THEN last_inbound_at END AS evidence_at,
                {rules},
                {broken} AS broken_rules
            FROM known
        )
        SELECT combination, {days}, {month("entered_at")} AS entered_month, far, state,
            CASE state WHEN 'lost' THEN coalesce(last_lost_at, last_dated_at)
                WHEN 'rejected' THEN coalesce(verdict_at, last_dated_at)
                WHEN 'recycled' THEN coalesce(verdict_at, last_dated_at) END::DATE AS ended_day,
            won_deals, won, won_squares, open,
            {month("handed_over_at")} AS handed_over_month,
            CASE WHEN verdict IS NOT NULL THEN verdict
                WHEN beyond_handover AND handed_over_at IS NOT NULL THEN 'accepted' END AS verdict,
            CASE WHEN handed_over_at IS NULL THEN NULL
                WHEN verdict IS NOT NULL AND verdict_at <= handed_over_at + INTERVAL 14 DAY THEN 'in_time'
                WHEN verdict IS NOT NULL AND verdict_at IS NOT NULL THEN 'late'
                WHEN verdict IS NOT NULL OR beyond_handover THEN 'undated'
                WHEN handed_over_at < {as_of} - INTERVAL 14 DAY THEN 'missing'
                ELSE 'pending' END AS answer,
            (verdict_at::DATE - handed_over_at::DATE)::INTEGER AS verdict_days, verdict_reason,
            CASE WHEN handed_over_at IS NULL THEN NULL
                WHEN before_handover THEN 'already'
                WHEN first_sales_at <= handed_over_at + INTERVAL 24 HOUR THEN 'in_time'
                WHEN first_sales_at IS NOT NULL THEN 'late'
                WHEN handed_over_at < {as_of} - INTERVAL 24 HOUR THEN 'never'
                ELSE 'pending' END AS speed,
            CASE WHEN NOT before_handover THEN (epoch(first_sales_at) - epoch(handed_over_at))::BIGINT END
                AS speed_seconds,
            {against} AS against,
            broken_rules | CASE WHEN outcome = 'open'
                AND {as_of}::DATE - live_change_at::DATE > coalesce(stall_limit.days, otherwise.days)
                THEN 1 << {STALLED} ELSE 0 END AS broken
        FROM judged
        LEFT JOIN stall_limit ON stall_limit.stage = live_stage
        LEFT JOIN (FROM stall_limit WHERE stage IS NULL) AS otherwise ON true""")


def rolled_up(db, output, name, query, keys, sums):
    """Writes a table by dimension: `query` gives `combination` and the keys, `sums` what is added up of each group."""
    codes = [f"{name}_code" for name in DIMENSIONS]
    sets = ", ".join("(" + ", ".join([*code, *keys]) + ")" for code in [[], *([code] for code in codes)])
    place = " ".join(f"WHEN {code} IS NOT NULL THEN {at}" for at, code in enumerate(codes, 1))
    added = ", ".join(f"{total} AS {value}" for value, total in sums.items())
    write(db, output, name, f"""
        SELECT dimension, member, rolled.* EXCLUDE (place, code)
        FROM (
            SELECT (CASE {place} ELSE 0 END)::TINYINT AS place, coalesce({", ".join(codes)}, 0) AS code,
                {", ".join(keys)}, {added}
            FROM ({query}) JOIN combination USING (combination)
            GROUP BY GROUPING SETS ({sets})
        ) AS rolled JOIN member USING (place, code)""")


def summed(values):
    return {value: f"sum({value})::BIGINT" for value in values}


COUNTED = {"leads": "count(*)"}


def write(db, output, name, query):
    db.execute(f"COPY ({query}) TO '{output / name}.parquet' (FORMAT parquet)")


def tally_funnel(db, output, as_of):
    """Leads by stage, month of entry into it and furthest stage reached; how long they waited from stage to stage."""
    entries = " UNION ALL ".join(
        f"SELECT combination, {at}::TINYINT AS stage, {stage}_month AS month, far FROM cases WHERE far >= {at}"
        for at, stage in enumerate(STAGES)
    )
    counted = f"SELECT *, count(*) AS leads FROM ({entries}) GROUP BY ALL"
    rolled_up(db, output, "funnel", counted, ["stage", "month", "far"], summed(["leads"]))
    waits = " UNION ALL ".join(wait(start, goal, as_of) for start, goal in PAIRS)
    rolled_up(db, output, "waits", waits, ["from_stage", "to_stage", "month", "ended", "days"], COUNTED)


def wait(start, goal, as_of):
    """Each lead in one stage: what ended its wait for another, after how many days."""
    at, end = STAGES.index(start), STAGES.index(goal)
    later = ", ".join(f"{stage}_day" for stage in STAGES[end + 1:]) or "NULL"
    return f"""
        SELECT combination, {at}::TINYINT AS from_stage, {end}::TINYINT AS to_stage, {start}_month AS month,
            (CASE WHEN {goal}_day IS NOT NULL THEN {REACHED} WHEN far >= {end} THEN {IMPLIED}
                WHEN ended_day IS NOT NULL THEN {COMPETING} ELSE {OPEN} END)::TINYINT AS ended,
            coalesce((CASE WHEN {goal}_day IS NOT NULL THEN {goal}_day WHEN far >= {end} THEN coalesce({later})
                ELSE coalesce(ended_day, {as_of}::DATE) END - {start}_day)::INTEGER, 0) AS days
        FROM cases WHERE {start}_day IS NOT NULL"""


def tally_money(db, folder, output):
    """Money of the leads by month of entry, with stages reached and skipped; spend by month."""
    reached = [f"sum((far >= {at})::INTEGER) AS {stage}" for at, stage in enumerate(STAGES)]
    skipped = [
        f"sum((far > {at} AND {stage}_day IS NULL)::INTEGER) AS undated_{stage}" for at, stage in enumerate(STAGES)
    ]
    money = ["won_deals", "won", "won_squares", "open"]
    counted = f"""
        SELECT combination, entered_month AS month, count(*) AS leads, {", ".join(reached + skipped)},
            {", ".join(f"sum({name}) AS {name}" for name in money)}
        FROM cases GROUP BY ALL"""
    values = summed(["leads", *STAGES, *(f"undated_{stage}" for stage in STAGES), *money])
    rolled_up(db, output, "roi", counted, ["month"], values | {"won_squares": "sum(won_squares)"})
    write(db, output, "spend", f"""
        SELECT CASE WHEN grouping(source) = 0 THEN 'source' WHEN grouping(channel) = 0 THEN 'channel'
                WHEN grouping(campaign) = 0 THEN 'campaign' ELSE '' END AS dimension,
            CASE WHEN grouping(source) * grouping(channel) * grouping(campaign) = 1 THEN ''
                ELSE coalesce(source, channel, campaign, '{NONE}') END AS member,
            month, sum(amount)::BIGINT AS amount, sum(impressions) AS impressions, sum(clicks) AS clicks
        FROM (
            SELECT coalesce(spend.source, usual.source) AS source, channel, campaign, {month("date")} AS month,
                (spend * 100)::BIGINT AS amount, impressions, clicks
            FROM {csv(folder, 'spend.csv', SPEND_COLUMNS)} AS spend LEFT JOIN campaign_source AS usual USING (campaign)
        )
        GROUP BY GROUPING SETS ((month), (source, month), (channel, month), (campaign, month))""")


def tally_attribution(db, output):
    """Customers and their won amount by the first and the last touch of marketing before the win.

    The creation of the lead, with its own source, is a touch too. A touch tells no source: it has the usual one of
    its campaign.
    """
    db.execute("""
        CREATE TEMP TABLE credit AS
        WITH customer AS (
            SELECT won, {month} AS month, wins[1] AS converted_at,
                {{'order': epoch(least(entered_at, wins[1])), 'none': source IS NULL, 'source': coalesce(source, ''),
                    'channel': coalesce(channel, ''), 'campaign': coalesce(campaign, '')}} AS creation,
                first_credit, last_credit
            FROM lead JOIN deals_of_lead USING (lead_id) LEFT JOIN contact ON contact.lead_row = lead.rowid
            WHERE wins[1] IS NOT NULL AND entered_at IS NOT NULL
        ), touch AS (
            SELECT 'first' AS model, won, month, least(creation, {touch_first}) AS credit FROM customer
            UNION ALL
            SELECT 'last', won, month, least(struct_update(creation, "order" := -creation."order"), {touch_last})
            FROM customer
        )
        SELECT model, won, month, credit.campaign AS campaign, credit.channel AS channel,
            CASE WHEN credit.source <> '' THEN credit.source ELSE campaign_source.source END AS source
        FROM touch LEFT JOIN campaign_source ON campaign_source.campaign = credit.campaign""".format(
            month=month("wins[1]"), touch_first=credit_of("first_credit"), touch_last=credit_of("last_credit")))
    write(db, output, "attribution", f"""
        SELECT CASE WHEN grouping(source) = 0 THEN 'source' WHEN grouping(channel) = 0 THEN 'channel'
                ELSE 'campaign' END AS dimension,
            coalesce(nullif(coalesce(source, channel, campaign), ''), '{NONE}') AS member,
            model, month, count(*) AS conversions, sum(won)::BIGINT AS revenue
        FROM credit GROUP BY GROUPING SETS ((model, source, month), (model, channel, month), (model, campaign, month))
        """)


def credit_of(column):
    return f"""CASE WHEN {column} IS NOT NULL THEN {{'order': {column}."order", 'none': true, 'source': '',
        'channel': {column}.channel, 'campaign': {column}.campaign}} END"""


def tally_feedback(db, output):
    """Leads handed over by month: verdict and whether it came in time, days to it, reasons of refusals."""
    handed_over = "FROM cases WHERE handed_over_month IS NOT NULL"
    for name, keys, condition in [
        ("feedback", ["answer", "verdict"], "true"),
        ("feedback_days", ["verdict_days"], "verdict_days IS NOT NULL AND verdict IS NOT NULL"),
        ("feedback_reasons", ["verdict_reason"], "verdict <> 'accepted'"),
    ]:
        columns = f"combination, handed_over_month AS month, {', '.join(keys)}"
        counted = f"SELECT {columns}, count(*) AS leads {handed_over} AND {condition} GROUP BY ALL"
        rolled_up(db, output, name, counted, ["month", *keys], summed(["leads"]))


def tally_handover(db, output):
    """Minutes to the first touch of sales by month of the handover; what became of the leads by how long it took."""
    rolled_up(db, output, "handover", """
        SELECT combination, handed_over_month AS month, speed,
            CASE WHEN speed IN ('in_time', 'late') THEN speed_seconds // 60 END AS minutes
        FROM cases WHERE speed IS NOT NULL""", ["month", "speed", "minutes"], COUNTED)
    write(db, output, "speed_bands", f"""
        SELECT handed_over_month AS month,
            CASE WHEN speed = 'never' THEN 'never' WHEN speed_seconds <= 3600 THEN 'within 1 h'
                WHEN speed_seconds <= 24 * 3600 THEN '1 h to 24 h'
                WHEN speed_seconds <= 72 * 3600 THEN '1 to 3 days' ELSE 'later' END AS band,
            count(*) AS leads, count(verdict) AS with_verdict, count(*) FILTER (verdict = 'accepted') AS accepted,
            count(*) FILTER (far >= {CUSTOMER}) AS customers
        FROM cases WHERE speed IN ('in_time', 'late', 'never') GROUP BY ALL""")


def tally_leakage(db, output):
    """The rules each lead broke and how it stands, by month of entry; how many each rule applies to."""
    held = ", ".join(f"sum(leads * (against >> {at} & 1)) AS against_{leak}" for at, leak in enumerate(LEAKS))
    db.execute("""
        CREATE TEMP TABLE held AS
        SELECT combination, entered_month AS month, broken, state, against, count(*) AS leads FROM cases GROUP BY ALL""")
    rolled_up(db, output, "leakage", "FROM held", ["month", "broken", "state"], summed(["leads"]))
    counted = f"SELECT combination, month, {held} FROM held GROUP BY ALL"
    rolled_up(db, output, "against", counted, ["month"], summed(f"against_{leak}" for leak in LEAKS))


def tally_deals(db, output, as_of):
    """Deals by outcome and month of closing (open ones: of opening), their money, and days from opening to closing."""
    db.execute(f"""
        CREATE TEMP TABLE deal_case AS
        SELECT outcome, {month("CASE outcome WHEN 'open' THEN deal.created_at ELSE closed_at END")} AS month,
            coalesce(deal.source, lead.source) AS source, channel, campaign, coalesce(deal.owner, lead.owner) AS owner,
            (closed_at::DATE - deal.created_at::DATE)::INTEGER AS days, coalesce(amount, 0) AS amount,
            deal.lead_id IS NULL AS untraceable,
            CASE WHEN outcome = 'open' THEN ({as_of}::DATE
                - CASE WHEN open_deals = 1 THEN greatest(last_change_at, last_at) ELSE last_change_at END::DATE) END
                > coalesce(stall_limit.days, otherwise.days) AS stalled
        FROM deal
        LEFT JOIN (SELECT *, rowid AS lead_row FROM lead) AS lead ON lead.lead_id = deal.lead_id
        LEFT JOIN deals_of_lead ON deals_of_lead.lead_id = deal.lead_id
        LEFT JOIN contact USING (lead_row)
        LEFT JOIN stall_limit ON stall_limit.stage = deal.stage
        LEFT JOIN (FROM stall_limit WHERE stage IS NULL) AS otherwise ON true""")
    dimensions = [[], *([name] for name in DIMENSIONS)]
    sets = ", ".join(f"({', '.join([*dimension, 'outcome', 'month'])})" for dimension in dimensions)
    own = " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in DIMENSIONS)
    member = " ".join(f"WHEN grouping({name}) = 0 THEN coalesce({name}, '{NONE}')" for name in DIMENSIONS)
    place = f"CASE {own} ELSE '' END AS dimension, CASE {member} ELSE '' END AS member"
    write(db, output, "deals", f"""
        SELECT {place}, outcome, month, count(*) AS deals, sum(amount)::BIGINT AS amount,
            sum(amount::HUGEINT * amount) AS squares, count(*) FILTER (untraceable) AS untraceable,
            count(*) FILTER (stalled) AS stalled, count(stalled) AS watched
        FROM deal_case GROUP BY GROUPING SETS ({sets})""")
    write(db, output, "cycles", f"""
        SELECT {place}, outcome, month, days, count(*) AS deals
        FROM deal_case WHERE days IS NOT NULL GROUP BY GROUPING SETS ({sets.replace("month)", "month, days)")})""")


def main():
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    db = duckdb.connect()
    db.execute("SET preserve_insertion_order = false")
    read_leads(db, folder)
    read_deals(db, folder)
    read_touches(db, folder)
    as_of = look_at_all(db)
    make_cases(db, as_of)
    tally_funnel(db, output, as_of)
    tally_money(db, folder, output)
    tally_attribution(db, output)
    tally_feedback(db, output)
    tally_handover(db, output)
    tally_leakage(db, output)
    tally_deals(db, output, as_of)


if __name__ == "__main__":
    main()

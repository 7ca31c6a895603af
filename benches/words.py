"""The words that the scripts share: stages, rules, dimensions, in the order in which Casefile numbers them."""

STAGES = ["lead", "mql", "sal", "sql", "opportunity", "customer", "repeat"]
CUSTOMER = STAGES.index("customer")

# Pairs of stages whose waits are measured: neighbours, then each stage with `customer`.
PAIRS = [
    ("lead", "mql"), ("lead", "customer"), ("mql", "sal"), ("mql", "customer"), ("sal", "sql"), ("sal", "customer"),
    ("sql", "opportunity"), ("sql", "customer"), ("opportunity", "customer"), ("customer", "repeat"),
]

# What ended the wait of a lead in one stage for another, by its number in the table of waits.
REACHED, IMPLIED, COMPETING, OPEN = range(4)

# The rules of `src/cases/leakage.rs`. `stalled` needs the limits of all deals and `untraceable_deal` is about deals: both
# have their place in the order, and are decided apart.
LEAKS = [
    "no_source", "never_handed_over", "no_owner", "late_first_touch", "never_touched", "too_few_attempts", "no_verdict",
    "rejected_without_reason", "not_nurtured", "stalled", "lost_without_reason", "lost_and_forgotten",
    "new_evidence_ignored", "won_then_silent", "untraceable_deal", "duplicate",
]
STALLED = LEAKS.index("stalled")

# Words in a reason that say that a lead was given up unreached.
UNREACHABLE = "unreach|no answer|no response|no reply|not reached|could not reach|voicemail"

DIMENSIONS = ["source", "channel", "campaign", "owner"]
NONE = "(none)"

# Where leads leak.

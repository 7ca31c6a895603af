# What was won and spent in the period: cash money.

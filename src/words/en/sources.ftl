# What each source cost and brought: cohort money.

# What several pages say.

undated = a day that the exports do not tell

percentile-50 = { $name }, median
percentile-75 = { $name }, three in four
percentile-90 = { $name }, nine in ten

not-measurable = not measurable

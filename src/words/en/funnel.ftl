# How many leads went on from stage to stage, and how long it took.

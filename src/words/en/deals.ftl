# How deals ended.

# Whose touch earns the credit.

attribution = First touch against last touch
attribution-what = Each conversion of { $period } is credited once to the first touch on record, once to the last.
attribution-order = The order of sources is the same either way.
    .one = The order depends on the choice: { $source } changes place.
    .some = The order depends on the choice: { $sources } change places.
    .many = The order depends on the choice: { $sources } sources change places.
attribution-by = { $members ->
        [one] First against last touch by { $one }: { $members } { $one }
       *[other] First against last touch by { $one }: { $members } { $many }
    }
attribution-conversions = { $touch }: conversions
attribution-revenue = { $touch }: revenue
attribution-place = Place
    .differs = differs: { $first } by first, { $last } by last
    .same = { $place } either way
attribution-table = Conversions in { $period }, credited to the first and to the last touch, by { $dimension }
    .note = Sorted by first touch. Place: by conversions.
attribution-left-out = { $members ->
        [one] { $members } { $one } with less left out.
       *[other] { $members } { $many } with less left out.
    }

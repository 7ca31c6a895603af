# The data page: how every file was read.

data-finding = { $rows ->
        [one] { $rows } row
       *[other] { $rows } rows
    } read from { $files ->
        [one] { $files } file
       *[other] { $files } files
    }: { $used } used, { $set_aside } set aside with a reason.
    .all-read = No file was left out.
    .left-out = { $files ->
        [one] { $files } file was left out; the reasons stand below.
       *[other] { $files } files were left out; the reasons stand below.
    }
data-file = File
data-column = Column
data-read-as = Read as

data-known = To know before reading the figures
data-withheld = Names of persons are withheld
    .text = { $texts ->
        [one] { $texts } text holds
       *[other] { $texts } texts hold
    } the name of a person whom a column of names in the exports lists: a source, a campaign, a reason, a file name, a header or the like. “{ $mark }” is shown in its place, with a number where several would read alike. Names of companies stay where a slice is about companies, and owners where the project file shows them. No figure changes by it.
data-by-sense = { $file } was read by the sense of its columns
    .text = { $columns }. Confirm or change it under `[[input]]` in the project file.
data-mixed = { $file }, column { $column }, is written in more than one way
    .swapped = { $file }, column { $column }, may have day and month swapped
    .text = It has { $ways }.

data-gaps = What could not be measured
    .none = Nothing: the exports hold what every measure needs.
data-not-answered = What the exports cannot answer
    .missing = What is missing
    .leak = The leak “{ $leak }”
    .supply = What would supply it

data-files-read = Files read
    .taken-for = Taken for
    .form = Form
    .rows = Rows read
    .used = Used
    .set-aside = Set aside
data-files-not-used = Files not used
    .why = Why

data-set-aside = Rows set aside, by reason
    .none = No row was set aside.
    .reason = Reason
    .rows = Rows

data-unreadable = Values that could not be read
    .none = Every value that is not blank was read.
    .table = Values that could not be read; their rows are kept
    .not-read = Not read
    .of = of { $filled }
    .examples = Examples
    .example = row { $row }: { $value }
    .not-shown = not shown

data-unmapped = Words that are not mapped
    .none = Every word of every vocabulary is mapped.
    .table = Words that no vocabulary knows: map them in the project file, under “values” of the rule for the file
    .words = Words, with their rows
    .many = { $words } different words

data-columns = What each column became
    .summary = Columns used, file by file
    .table = Columns used
    .became = Became
    .filled = Filled
    .assumed = an assumption: no value decides it
    .damaged-ids = { $ids ->
        [one] { $ids } id looks damaged by a spreadsheet
       *[other] { $ids } ids look damaged by a spreadsheet
    }
data-columns-not-used = Columns not used

data-fingerprints = Fingerprints of the files
    .table = Size and BLAKE3 hash of every file read
    .bytes = Bytes
    .hash = BLAKE3

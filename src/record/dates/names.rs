//! Names of months and weekdays: English, German, French, Spanish, Dutch, Italian and Portuguese, in full and as
//! commonly shortened.
//!
//! Takes the text of a cell where a name may begin, gives the word in lower case without accents, and what follows.
//! No shortened name means two months, or two weekdays, in these languages; `mar` is a month and a weekday (martes,
//! mardi, martedì), and which one is for the caller to try. A further language has to keep both.

/// A word longer than this is no name.
const LONGEST: usize = 12;

/// A word in lower case, its accents gone.
pub(super) struct Word {
    letters: [u8; LONGEST],
    length: usize,
}

/// The word at the start of the text, and what follows it. There may be none: then its name is none either.
pub(super) fn word(text: &[u8]) -> Option<(Word, &[u8])> {
    let mut word = Word { letters: [0; LONGEST], length: 0 };
    let mut rest = text;
    while let Some((letter, behind)) = letter(rest) {
        rest = behind;
        if let Some(letter) = letter {
            *word.letters.get_mut(word.length)? = letter;
            word.length += 1;
        }
    }
    Some((word, rest))
}

/// A letter without its accent, and what follows; no letter for an accent that is by itself.
fn letter(text: &[u8]) -> Option<(Option<u8>, &[u8])> {
    match text {
        [ascii, rest @ ..] if ascii.is_ascii_alphabetic() => Some((Some(ascii.to_ascii_lowercase()), rest)),
        // U+00C0 to U+00FF, where 0x20 is the difference between the cases.
        [0xC3, second, rest @ ..] => {
            let letter = match second | 0x20 {
                0xA0..=0xA5 => b'a',
                0xA7 => b'c',
                0xA8..=0xAB => b'e',
                0xAC..=0xAF => b'i',
                0xB1 => b'n',
                0xB2..=0xB6 => b'o',
                0xB9..=0xBC => b'u',
                _ => return None,
            };
            Some((Some(letter), rest))
        }
        // Combining accents, U+0300 to U+036F.
        [0xCC, 0x80..=0xBF, rest @ ..] | [0xCD, 0x80..=0xAF, rest @ ..] => Some((None, rest)),
        _ => None,
    }
}

impl Word {
    pub(super) fn letters(&self) -> &[u8] {
        &self.letters[..self.length]
    }

    /// 1 for January to 12 for December.
    #[rustfmt::skip]
    pub(super) fn month(&self) -> Option<u32> {
        Some(match self.letters() {
            b"jan" | b"january" | b"januar" | b"janner" | b"jaenner" | b"janv" | b"janvier" | b"ene" | b"enero"
            | b"januari" | b"gen" | b"genn" | b"gennaio" | b"janeiro" => 1,
            b"feb" | b"february" | b"februar" | b"feber" | b"fev" | b"fevr" | b"fevrier" | b"febrero" | b"febr"
            | b"februari" | b"febb" | b"febbraio" | b"fevereiro" => 2,
            b"mar" | b"march" | b"marz" | b"maerz" | b"mrz" | b"mars" | b"marzo" | b"mrt" | b"maart" | b"marco" => 3,
            b"apr" | b"april" | b"avr" | b"avril" | b"abr" | b"abril" | b"aprile" => 4,
            b"may" | b"mai" | b"mayo" | b"mei" | b"mag" | b"magg" | b"maggio" | b"maio" => 5,
            b"jun" | b"june" | b"juni" | b"juin" | b"junio" | b"giu" | b"giugno" | b"junho" => 6,
            b"jul" | b"july" | b"juli" | b"juil" | b"juill" | b"juillet" | b"julio" | b"lug" | b"luglio"
            | b"julho" => 7,
            b"aug" | b"august" | b"aout" | b"ago" | b"agosto" | b"augustus" => 8,
            b"sep" | b"sept" | b"september" | b"septembre" | b"septiembre" | b"setiembre" | b"set" | b"sett"
            | b"settembre" | b"setembro" => 9,
            b"oct" | b"october" | b"okt" | b"oktober" | b"octobre" | b"octubre" | b"ott" | b"ottobre" | b"out"
            | b"outubro" => 10,
            b"nov" | b"november" | b"novembre" | b"noviembre" | b"novembro" => 11,
            b"dec" | b"december" | b"dez" | b"dezember" | b"decembre" | b"dic" | b"diciembre" | b"dicembre"
            | b"dezembro" => 12,
            _ => return None,
        })
    }

    /// 0 for Monday to 6 for Sunday. Of the Portuguese names, the part before `-feira`.
    #[rustfmt::skip]
    pub(super) fn weekday(&self) -> Option<u8> {
        Some(match self.letters() {
            b"mon" | b"monday" | b"mo" | b"montag" | b"lun" | b"lundi" | b"lunes" | b"ma" | b"maandag" | b"lunedi"
            | b"seg" | b"segunda" => 0,
            b"tue" | b"tues" | b"tuesday" | b"di" | b"dienstag" | b"mar" | b"mardi" | b"martes" | b"dinsdag"
            | b"martedi" | b"ter" | b"terca" => 1,
            b"wed" | b"weds" | b"wednesday" | b"mi" | b"mittwoch" | b"mer" | b"mercredi" | b"mie" | b"miercoles"
            | b"wo" | b"woensdag" | b"mercoledi" | b"qua" | b"quarta" => 2,
            b"thu" | b"thur" | b"thurs" | b"thursday" | b"do" | b"donnerstag" | b"jeu" | b"jeudi" | b"jue"
            | b"jueves" | b"donderdag" | b"gio" | b"giovedi" | b"qui" | b"quinta" => 3,
            b"fri" | b"friday" | b"fr" | b"freitag" | b"ven" | b"vendredi" | b"vie" | b"viernes" | b"vr"
            | b"vrijdag" | b"venerdi" | b"sex" | b"sexta" => 4,
            b"sat" | b"saturday" | b"sa" | b"samstag" | b"sonnabend" | b"sam" | b"samedi" | b"sab" | b"sabado"
            | b"za" | b"zaterdag" | b"sabato" => 5,
            b"sun" | b"sunday" | b"so" | b"sonntag" | b"dim" | b"dimanche" | b"dom" | b"domingo" | b"zo"
            | b"zondag" | b"domenica" => 6,
            _ => return None,
        })
    }
}

//! Currencies: their ISO 4217 codes, the decimals of their minor units, and the signs used for them.

/// Signs and everyday abbreviations, longer ones before those they begin with. Those with several owners
/// stand for themselves.
const SIGNS: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("US$", "USD"),
    // French: `1 234,56 $US`, in Canada with a blank.
    ("$US", "USD"),
    ("$ US", "USD"),
    ("$CA", "CAD"),
    ("$ CA", "CAD"),
    ("$", "$"),
    ("CA$", "CAD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("MX$", "MXN"),
    ("AU$", "AUD"),
    ("NT$", "TWD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("R$", "BRL"),
    ("S$", "SGD"),
    ("£", "GBP"),
    ("¥", "¥"),
    ("￥", "¥"),
    ("₹", "INR"),
    ("Rs.", "Rs"),
    ("Rs", "Rs"),
    ("₩", "KRW"),
    ("₪", "ILS"),
    ("₺", "TRY"),
    ("₽", "RUB"),
    ("₴", "UAH"),
    ("₫", "VND"),
    ("฿", "THB"),
    ("₦", "NGN"),
    ("₱", "PHP"),
    ("₡", "CRC"),
    ("₸", "KZT"),
    ("₵", "GHS"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
    ("Ft", "HUF"),
    ("lei", "RON"),
    ("Fr.", "CHF"),
    ("TL", "TRY"),
    ("Rp", "IDR"),
    ("RM", "MYR"),
    ("руб.", "RUB"),
    ("₾", "GEL"),
    ("₼", "AZN"),
    ("৳", "BDT"),
    ("円", "JPY"),
    ("원", "KRW"),
    ("kr.", "kr"),
    ("kr", "kr"),
];

/// The currency that a sign alone stands for; `None` for signs with several owners.
pub fn of_sign(sign: &str) -> Option<&'static str> {
    SIGNS.iter().find(|(known, code)| *known == sign && is_currency(code)).map(|(_, code)| *code)
}

/// Names of currencies as CRMs write them in place of a code; compared in lower case.
const NAMES: &[(&str, &str)] = &[
    ("us dollar", "USD"),
    ("us dollars", "USD"),
    ("u.s. dollar", "USD"),
    ("united states dollar", "USD"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("british pound", "GBP"),
    ("british pounds", "GBP"),
    ("pound sterling", "GBP"),
    ("swiss franc", "CHF"),
    ("schweizer franken", "CHF"),
    ("canadian dollar", "CAD"),
    ("australian dollar", "AUD"),
    ("new zealand dollar", "NZD"),
    ("japanese yen", "JPY"),
    ("yen", "JPY"),
    ("chinese yuan", "CNY"),
    ("yuan renminbi", "CNY"),
    ("indian rupee", "INR"),
    ("brazilian real", "BRL"),
    ("real brasileiro", "BRL"),
    ("mexican peso", "MXN"),
    ("peso mexicano", "MXN"),
    ("swedish krona", "SEK"),
    ("norwegian krone", "NOK"),
    ("danish krone", "DKK"),
    ("polish zloty", "PLN"),
    ("złoty", "PLN"),
    ("czech koruna", "CZK"),
    ("hungarian forint", "HUF"),
    ("romanian leu", "RON"),
    ("turkish lira", "TRY"),
    ("south african rand", "ZAR"),
    ("singapore dollar", "SGD"),
    ("hong kong dollar", "HKD"),
    ("israeli shekel", "ILS"),
    ("israeli new shekel", "ILS"),
    ("uae dirham", "AED"),
    ("saudi riyal", "SAR"),
    ("south korean won", "KRW"),
    ("russian ruble", "RUB"),
];

/// The currency of a name or a sign; `None` for one that several share.
pub fn of_name(name: &str) -> Option<&'static str> {
    let lower = name.trim().to_lowercase();
    let by_name = NAMES.iter().find(|(known, _)| *known == lower).map(|(_, code)| *code);
    by_name.or_else(|| of_sign(name.trim()))
}

/// The currency whose sign or code the text begins with, and what follows.
pub fn currency_at_start(text: &str) -> Option<(&'static str, &str)> {
    for (sign, currency) in SIGNS {
        if let Some(rest) = text.strip_prefix(sign)
            && !rest.starts_with(|c: char| c.is_alphabetic())
        {
            return Some((currency, rest));
        }
    }
    let (code, rest) = text.split_at_checked(3)?;
    let known = CURRENCIES.iter().find(|known| **known == code)?;
    (!rest.starts_with(|c: char| c.is_alphabetic())).then_some((*known, rest))
}

/// Codes of ISO 4217 (list one, 2026) for money in use, and those that exports of the last years still
/// hold: ANG, BGN, CUC, HRK, SLL, VEF, ZWL. Funds, metals and test codes are left out.
#[rustfmt::skip]
const CURRENCIES: [&str; 162] = [
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD",
    "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLF", "CLP",
    "CNY", "COP", "CRC", "CUC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR",
    "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF",
    "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW",
    "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT",
    "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR",
    "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR",
    "SDG", "SEK", "SGD", "SHP", "SLE", "SLL", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS",
    "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VEF", "VES",
    "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWL",
];

/// Whether this is a currency code, in capitals.
#[must_use]
pub fn is_currency(code: &str) -> bool {
    CURRENCIES.binary_search(&code).is_ok()
}

/// Decimals of a currency's minor unit (ISO 4217), 2 where nothing else is known.
#[must_use]
pub fn minor_digits(currency: &str) -> u8 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" => 4,
        _ => 2,
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_for_the_search() {
        assert!(CURRENCIES.is_sorted());
    }
}

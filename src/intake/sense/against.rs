//! What contradicts a table being leads or deals: words of headers that lists of something else have. Takes headers,
//! gives what the table seems to be instead.

use std::collections::BTreeSet;

/// Words of a header, and what a table with such a column is about. One of these is enough.
const SURE: &[(&str, &str)] = &[
    ("ticket", "support tickets"),
    ("case number", "support cases"),
    ("requester", "support tickets"),
    ("escalated", "support cases"),
    ("sla", "support tickets"),
    ("first reply time", "support tickets"),
    ("issue key", "issues of a project"),
    ("issue type", "issues of a project"),
    ("story points", "issues of a project"),
    ("sprint", "issues of a project"),
    ("milestone", "issues of a project"),
    ("severity", "incidents"),
    ("incident", "incidents"),
    ("pull request", "issues of a project"),
    ("task name", "tasks"),
    ("invoice", "invoices"),
    ("rechnungsnummer", "invoices"),
    ("facture", "invoices"),
    ("factura", "invoices"),
    ("fatura", "invoices"),
    ("fattura", "invoices"),
    ("amount paid", "payments"),
    ("amount due", "invoices"),
    ("balance due", "invoices"),
    ("payout", "payments"),
    ("refund", "payments"),
    ("refunded", "payments"),
    ("charge id", "payments"),
    ("iban", "payments"),
    ("lineitem", "lines of orders"),
    ("line item", "lines of orders"),
    ("sku", "lines of orders"),
    ("quantity", "lines of orders"),
    ("qty", "lines of orders"),
    ("unit price", "lines of orders"),
    ("menge", "lines of orders"),
    ("quantité", "lines of orders"),
    ("cantidad", "lines of orders"),
    ("fulfillment", "shop orders"),
    ("versand", "shop orders"),
    ("financial status", "shop orders"),
    ("tracking number", "shop orders"),
    ("subtotal", "orders"),
    ("grand total", "quotes or orders"),
    ("payment id", "payments"),
    ("payment method", "payments"),
    ("payment status", "payments"),
    ("transaction id", "payments"),
    ("employee id", "staff"),
    ("employee name", "staff"),
    ("subscription id", "subscriptions"),
    ("subscription plan", "subscriptions"),
    ("marketing consent", "members of a mailing list"),
    ("asset id", "assets"),
    ("course id", "students"),
    ("student id", "students"),
    ("booking id", "bookings"),
    ("shipping method", "shop orders"),
    ("tax amount", "orders or invoices"),
    ("contract number", "contracts"),
    ("contract term", "contracts"),
    ("quote number", "quotes"),
    ("expiration date", "quotes or contracts"),
    ("serial number", "installed products"),
    ("install date", "installed products"),
    ("subscribed", "members of a mailing list"),
    ("unsubscribed", "members of a mailing list"),
    ("opt in", "members of a mailing list"),
    ("opt out", "members of a mailing list"),
    ("optin time", "members of a mailing list"),
    ("last open", "members of a mailing list"),
    ("last click", "members of a mailing list"),
    ("bounced", "members of a mailing list"),
    ("attended", "attendance of an event"),
    ("join time", "attendance of an event"),
    ("leave time", "attendance of an event"),
    ("time in session", "attendance of an event"),
    ("registration time", "registrations for an event"),
    ("check in", "attendance of an event"),
    ("checked in", "attendance of an event"),
    ("order type ticket", "attendance of an event"),
    ("barcode", "attendance of an event"),
    ("message id", "messages"),
    ("text body", "e-mails"),
    ("from address", "e-mails"),
    ("to address", "e-mails"),
    ("conversation", "conversations"),
    ("response id", "answers to a survey"),
    ("respondent", "answers to a survey"),
    ("collector", "answers to a survey"),
    ("nps", "answers to a survey"),
    ("donation", "donations"),
    ("donor", "donations"),
    ("rma", "returned goods"),
    ("review id", "reviews"),
    ("candidate", "applicants for a job"),
    ("applicant", "applicants for a job"),
    ("check-out", "bookings"),
    ("shipment", "shipments"),
    ("project id", "projects"),
    ("contract id", "contracts"),
    ("purchase order", "purchases"),
    ("event type", "events of a program"),
    ("event id", "events of a program"),
    ("hire date", "staff"),
    ("salary", "staff"),
    ("last login", "users of a product"),
    ("user role", "users"),
    ("file size", "files"),
    ("mime type", "files"),
    ("mailbox", "support tickets"),
    ("patient", "patients"),
    ("diagnosis", "patients"),
    ("appointment", "appointments"),
    ("vendor name", "suppliers"),
    ("member since", "members of a club"),
    ("membership", "members of a club"),
    ("enrolled", "students"),
    ("enrollment", "students"),
    ("applied for", "applicants for a job"),
    ("applied on", "applicants for a job"),
    ("resume", "applicants for a job"),
    ("cv", "applicants for a job"),
    ("unit cost", "products"),
    ("in stock", "products"),
    ("insured", "policies of an insurance"),
    ("policy number", "policies of an insurance"),
    ("survey id", "answers to a survey"),
    ("registration id", "registrations"),
    ("order total", "orders"),
    ("billing email", "orders"),
    ("last seen", "users of a product"),
    ("last active", "users of a product"),
    ("content type", "files"),
    ("page views", "a web report"),
    ("sessions", "a web report"),
];

/// Words that lists of leads may have too: two of these are needed that say the same.
const WEAK: &[(&str, &str)] = &[
    ("payment", "payments"),
    ("transaction", "payments"),
    ("fee", "payments"),
    ("tax", "orders or invoices"),
    ("vat", "orders or invoices"),
    ("shipping", "shop orders"),
    ("carrier", "shipments"),
    ("supplier", "purchases"),
    ("subscription", "subscriptions"),
    ("renewal date", "contracts or subscriptions"),
    ("consent", "members of a mailing list"),
    ("employee", "staff"),
    ("asset", "assets"),
    ("course", "students"),
    ("student", "students"),
    ("review", "reviews"),
    ("booking", "bookings"),
    ("priority", "tickets or tasks"),
    ("subject", "tickets or messages"),
    ("due date", "tasks or invoices"),
    ("assignee", "tickets or tasks"),
    ("reporter", "tickets or tasks"),
    ("resolution", "tickets or tasks"),
    ("resolved", "tickets or tasks"),
    ("completed", "tasks"),
    ("labels", "issues of a project"),
    ("via", "support tickets"),
    ("group", "support tickets"),
    ("total", "orders or invoices"),
    ("paid", "orders or invoices"),
    ("paid at", "orders or invoices"),
    ("discount", "orders or invoices"),
    ("product", "orders"),
    ("item", "orders"),
    ("number of seats", "subscriptions"),
    ("plan", "subscriptions"),
    ("interval", "subscriptions"),
    ("list", "members of a mailing list"),
    ("session", "attendance of an event"),
    ("event name", "attendance of an event"),
    ("question", "answers to a survey"),
    ("answer", "answers to a survey"),
    ("rating", "answers to a survey"),
    ("event", "events of a program"),
    ("timestamp", "events of a program"),
];

/// What the table seems to be instead of leads or deals, and the header that says so.
pub fn speaks_against(headers: &[String]) -> Option<(&'static str, String)> {
    let words: Vec<BTreeSet<String>> = headers.iter().map(|header| super::words_of(header)).collect();
    let column = |spelling: &str| {
        let wanted = super::words_of(spelling);
        words.iter().position(|own| wanted.is_subset(own))
    };
    let sure = SURE.iter().find_map(|(spelling, what)| Some((*what, headers[column(spelling)?].clone())));
    sure.or_else(|| {
        let weak: Vec<_> = WEAK.iter().filter_map(|(spelling, what)| Some((*what, column(spelling)?))).collect();
        weak.iter().enumerate().find_map(|(at, (what, first))| {
            let agrees = |(other, second): &&(&str, usize)| second != first && is_alike(what, other);
            let (_, second) = weak[at + 1..].iter().find(agrees)?;
            Some((*what, format!("{} and {}", headers[*first], headers[*second])))
        })
    })
}

/// Whether two names of what a table is about have one of their nouns in common.
fn is_alike(one: &str, other: &str) -> bool {
    one.split(" or ").any(|noun| other.split(" or ").any(|known| known.ends_with(noun) || noun.ends_with(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn against(headers: &str) -> Option<&'static str> {
        let headers: Vec<String> = headers.split(',').map(str::to_owned).collect();
        speaks_against(&headers).map(|(what, _)| what)
    }

    #[test]
    fn lists_of_something_else_say_what_they_are() {
        for (headers, what) in [
            ("Ticket ID,Email,Created at,Status,Source", "support tickets"),
            ("id,Amount,Amount Refunded,Fee,Created (UTC),Customer Email,Status", "payments"),
            ("Order,Email,Created,Lineitem quantity,Source", "lines of orders"),
            ("Id,Email,Created,Owner,Priority,Due Date", "tickets or tasks"),
            ("Email,Date Added,Source,Email Marketing Consent", "members of a mailing list"),
            ("deal_id,product,Qty,amount,closed_at", "lines of orders"),
        ] {
            assert_eq!(against(headers), Some(what), "{headers}");
        }
    }

    #[test]
    fn lists_of_leads_and_deals_may_have_a_priority_or_a_product() {
        for headers in [
            "Lead,Email,Source,Stage,Created,Priority",
            "Kundennummer,E-Mail,Eingang am,Herkunft,Bearbeiter",
            "Order No,Customer,Order value,Phase,Closing date",
            "deal_id,account,product,close_date,amount",
            "lead_id,email,created_at,source,employee_count",
            "lead_id,email,created_at,source,gdpr_consent",
            "deal_id,stage,amount,close_date,payment_terms",
            "lead_id,content_asset,created_at,vat_id",
        ] {
            assert_eq!(against(headers), None, "{headers}");
        }
    }
}

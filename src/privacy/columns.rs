//! Which columns of a table hold names of persons: takes its headers and what the table is, where that is known, gives the
//! columns to be read by [`super::roll`]. By header alone, in the languages that exports are written in.

use super::fold::plain;
use crate::project::Table;

/// A name of a person in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameColumn {
    /// Where it stands.
    pub place: Place,
    /// Whether the person is an owner of records: one of the own people.
    pub is_owner: bool,
}

/// Where a name stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In one cell.
    Whole(usize),
    /// First, middle and last name in cells of their own.
    Parts(usize, Option<usize>, usize),
}

const FIRST: [&str; 14] = [
    "firstname",
    "givenname",
    "forename",
    "vorname",
    "prenom",
    "voornaam",
    "fornamn",
    "fornavn",
    "imie",
    "nombredepila",
    "primernombre",
    "primeironome",
    "etunimi",
    "keresztnev",
];
const LAST: [&str; 18] = [
    "lastname",
    "surname",
    "familyname",
    "nachname",
    "familienname",
    "nomdefamille",
    "apellido",
    "apellidos",
    "sobrenome",
    "apelido",
    "cognome",
    "achternaam",
    "efternamn",
    "etternavn",
    "efternavn",
    "nazwisko",
    "sukunimi",
    "vezeteknev",
];
/// First names only where a last name stands beside them, else whole names.
const FIRST_OR_WHOLE: [&str; 5] = ["nombre", "nombres", "nome", "first", "given"];
/// Last names only where a first name stands beside them, else whole names.
const LAST_OR_WHOLE: [&str; 3] = ["nom", "last", "family"];
const MIDDLE: [&str; 5] = ["middlename", "middleinitial", "secondname", "zweitername", "segundonombre"];
/// Whole names, whatever stands before.
const WHOLE: [&str; 40] = [
    "fullname",
    "contactname",
    "contactperson",
    "leadname",
    "personname",
    "inviteename",
    "attendeename",
    "registrantname",
    "participantname",
    "guestname",
    "respondentname",
    "subscribername",
    "membername",
    "recipientname",
    "billingname",
    "shippingname",
    "usernameoriginalname",
    "primarycontact",
    "associatedcontact",
    "associatedcontacts",
    "associatedwith",
    "vollername",
    "vollstandigername",
    "vorundnachname",
    "ansprechpartner",
    "kontaktperson",
    "kontaktname",
    "teilnehmername",
    "nombrecompleto",
    "nombreyapellidos",
    "nomcomplet",
    "nometprenom",
    "nomecompleto",
    "nomecognome",
    "contatoprincipal",
    "personadecontacto",
    "pessoadecontato",
    "contactpersoon",
    "volledigenaam",
    "decisionmaker",
];
/// Whole names where the header is this and no more.
const WHOLE_ALONE: [&str; 12] = [
    "contact",
    "contacts",
    "kontakt",
    "contacto",
    "contato",
    "contatto",
    "referente",
    "attendee",
    "invitee",
    "participant",
    "teilnehmer",
    "who",
];
/// A name, of whatever the table is about.
const NAME: [&str; 9] = ["name", "nom", "nome", "nombre", "naam", "namn", "navn", "nazwa", "displayname"];
/// Own people, whatever stands before.
const OWNER: [&str; 26] = [
    "owner",
    "ownername",
    "assignedto",
    "assignee",
    "salesrep",
    "salesrepname",
    "salesperson",
    "salesagent",
    "salesowner",
    "createdby",
    "createdbyname",
    "modifiedby",
    "modifiedbyname",
    "updatedby",
    "accountmanager",
    "accountexecutive",
    "salesmanager",
    "besitzer",
    "inhaber",
    "verantwortlicher",
    "zustandiger",
    "propietario",
    "proprietaire",
    "proprietario",
    "responsavel",
    "eigenaar",
];
/// Own people where the header is this and no more.
const OWNER_ALONE: [&str; 12] = [
    "rep",
    "agent",
    "manager",
    "sdr",
    "bdr",
    "ae",
    "username",
    "userfullname",
    "host",
    "responsible",
    "seller",
    "closer",
];
/// What only a company has.
const OF_COMPANIES: [&str; 10] = [
    "website",
    "numberofemployees",
    "employees",
    "annualrevenue",
    "domain",
    "companydomainname",
    "sku",
    "price",
    "iban",
    "accountnumber",
];
/// What only a person, or a form that one fills in, has.
const OF_PERSONS: [&str; 10] = [
    "email",
    "emailaddress",
    "mail",
    "emailadresse",
    "correo",
    "correoelectronico",
    "courriel",
    "phone",
    "mobile",
    "telefon",
];
/// Names of companies.
const COMPANY: [&str; 18] = [
    "company",
    "companyname",
    "account",
    "accountname",
    "organization",
    "organisation",
    "organizationname",
    "organisationname",
    "firma",
    "firmenname",
    "unternehmen",
    "empresa",
    "societe",
    "entreprise",
    "azienda",
    "bedrijf",
    "employer",
    "associatedcompany",
];

/// Whether a header is that of names of companies.
pub fn is_company(header: &str) -> bool {
    COMPANY.contains(&plain(header).as_str())
}

/// Whether a header is that of names of persons, or of a part of these.
pub fn is_name(header: &str) -> bool {
    let header = plain(header);
    [&FIRST[..], &LAST, &WHOLE].iter().any(|list| ending(&header, list).is_some())
        || WHOLE_ALONE.contains(&header.as_str())
}

/// Whether headers are those of a table of persons beyond doubt: with their addresses, or with first and last names.
pub fn is_of_persons(headers: &[String]) -> bool {
    let headers: Vec<String> = headers.iter().map(|header| plain(header)).collect();
    let has = |list: &[&str]| headers.iter().any(|header| list.contains(&header.as_str()));
    has(&OF_PERSONS) || (has(&FIRST) && has(&LAST))
}

/// What stands before the word of a list that a header ends with.
fn ending<'h>(header: &'h str, list: &[&str]) -> Option<&'h str> {
    list.iter().filter_map(|word| header.strip_suffix(word)).min_by_key(|before| before.len())
}

/// The columns of names; `table` is what the rows become, where they become something.
pub fn of(headers: &[String], table: Option<Table>) -> Vec<NameColumn> {
    let headers: Vec<String> = headers.iter().map(|header| plain(header)).collect();
    let has = |list: &[&str]| headers.iter().any(|header| list.contains(&header.as_str()));
    let of_users = table == Some(Table::Users) || (table.is_none() && has(&["isactive", "profileid", "userroleid"]));
    let is_own = |before: &str| {
        let own = ["owner", "createdby", "modifiedby", "user", "host", "manager", "rep", "agent", "besitzer"];
        of_users || own.iter().any(|word| before.ends_with(word))
    };
    let mut columns = Vec::new();
    let mut add = |place: Place, is_owner: bool| columns.push(NameColumn { place, is_owner });
    // First names, each with the last name that has the same before it.
    let mut taken = Vec::new();
    let parts = |list: &[&str], alone: &[&str]| -> Vec<(usize, String)> {
        let before = |header: &str| {
            ending(header, list).map(str::to_owned).or_else(|| alone.contains(&header).then(String::new))
        };
        headers.iter().enumerate().filter_map(|(at, header)| Some((at, before(header)?))).collect()
    };
    let (firsts, lasts, middles) = (parts(&FIRST, &FIRST_OR_WHOLE), parts(&LAST, &LAST_OR_WHOLE), parts(&MIDDLE, &[]));
    for (first, before) in &firsts {
        let like = |own: &[(usize, String)]| own.iter().find(|(_, other)| other == before).map(|(at, _)| *at);
        let only = || lasts.first().map(|(at, _)| *at).filter(|_| firsts.len() == 1 && lasts.len() == 1);
        if let Some(last) = like(&lasts).or_else(only) {
            add(Place::Parts(*first, like(&middles), last), is_own(before));
            taken.extend([*first, last]);
        }
    }
    let names_are_of_persons = match table {
        Some(Table::Leads | Table::Contacts | Table::Users | Table::CampaignMembers) => true,
        Some(Table::Touches) | None => has(&OF_PERSONS) && !has(&OF_COMPANIES),
        Some(_) => false,
    };
    for (at, header) in headers.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
        let text = header.as_str();
        let whole = ending(text, &WHOLE);
        if let Some(before) = whole {
            add(Place::Whole(at), is_own(before));
        } else if ending(text, &OWNER).is_some() || OWNER_ALONE.contains(&text) {
            add(Place::Whole(at), true);
        } else if WHOLE_ALONE.contains(&text) || (NAME.contains(&text) && (names_are_of_persons || of_users)) {
            add(Place::Whole(at), of_users);
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(headers: &str, table: Option<Table>) -> Vec<(Place, bool)> {
        let headers: Vec<String> = headers.split(',').map(str::to_owned).collect();
        of(&headers, table).into_iter().map(|column| (column.place, column.is_owner)).collect()
    }

    #[test]
    fn names_are_found_by_their_headers() {
        let pair = |first, last| vec![(Place::Parts(first, None, last), false)];
        let one = |at, is_owner| vec![(Place::Whole(at), is_owner)];
        let leads = Some(Table::Leads);
        for (headers, table, columns) in [
            ("Id,First Name,Last Name", leads, pair(1, 2)),
            ("Id,LASTNAME,FIRSTNAME", None, pair(2, 1)),
            ("Vorname,Nachname,E-Mail", None, pair(0, 1)),
            ("Nombre,Apellidos,Correo", None, pair(0, 1)),
            ("Nom,Prénom,Courriel", None, pair(1, 0)),
            ("Nome,Cognome", None, pair(0, 1)),
            ("First,Last,Email", None, pair(0, 1)),
            ("Invitee Name,Invitee Email", None, one(0, false)),
            ("Deal - Contact person,Deal - Title", Some(Table::Deals), one(0, false)),
            ("Contact: Full Name,Stage", Some(Table::Deals), one(0, false)),
            ("Name,Company,Status", leads, one(0, false)),
            ("Name,Email,Website", None, vec![]),
            ("Name,Email,Financial Status", None, one(0, false)),
            ("Nom,Courriel", None, one(0, false)),
            ("Name,Stage,Amount,Email", Some(Table::Deals), vec![]),
            ("Id,Name,Department,IsActive", Some(Table::Users), one(1, true)),
            ("Campaign Name,Company Name,Deal Name,Product Name,File name", None, vec![]),
            ("Last contact,First contact,Contact ID,Owner ID", leads, vec![]),
            ("Deal - Besitzer,Sales Rep", Some(Table::Deals), [one(0, true), one(1, true)].concat()),
        ] {
            assert_eq!(found(headers, table), columns, "{headers}");
        }
        let both = "Invitee First Name,Invitee Last Name,Owner First Name,Owner Last Name";
        assert_eq!(
            found(both, None),
            [(Place::Parts(0, None, 1), false), (Place::Parts(2, None, 3), true)],
            "each with its own"
        );
        assert_eq!(found("First Name,Middle Name,Last Name", leads), [(Place::Parts(0, Some(1), 2), false)]);
        assert!(is_company("Company name") && is_company("Organización") == is_company("Organizacion"));
        assert!(is_name("Last Name") && is_name("Ansprechpartner") && !is_name("Region"));
    }
}

//! What people call the columns of their own tables: for each field the words of its header, in the languages that
//! exports come in. A spelling fits where all its words are in the header, whatever their order.

use crate::project::Table;
use crate::project::Table::{Accounts, Deals, Leads, Spend, Touches};

/// Table, field, spellings.
#[rustfmt::skip]
pub const WORDS: &[(Table, &str, &[&str])] = &[
    (Leads, "lead_id", &[
        "lead id", "lead number", "lead no", "lead nr", "enquiry id", "inquiry id", "prospect id", "record id",
        "contact id", "id", "lead nummer", "anfrage nr", "kundennummer", "kontakt id", "numéro", "id contacto",
        "id cliente",
    ]),
    (Leads, "email", &[
        "email", "e mail", "mail", "email address", "correo", "courriel", "mailadresse", "adresse email",
    ]),
    (Leads, "created_at", &[
        "created", "created at", "created on", "created date", "create date", "creation date", "entry date",
        "fecha creacion", "fecha lead", "fecha alta", "data criacao", "data lead", "received", "received on",
        "enquiry date", "inquiry date", "lead date", "date added", "submitted", "submitted at", "signup date",
        "registered", "angelegt am", "erstellt am", "eingang am", "erstellungsdatum", "erstellt",
        "eingangsdatum", "erfasst am", "datum", "date", "timestamp", "créé le", "date de création", "fecha",
        "fecha de creación", "aangemaakt op", "data",
    ]),
    (Leads, "source", &[
        "source", "lead source", "source channel", "origin", "came from", "how did you hear", "utm source",
        "referrer", "herkunft", "quelle", "leadquelle", "lead quelle", "origine", "fuente", "origen", "origem",
        "bron", "provenance", "where from", "where did they come from", "how they found us",
    ]),
    (Leads, "channel", &["channel", "medium", "utm medium", "kanal", "canal", "kanaal"]),
    (Leads, "campaign", &["campaign", "campaign name", "utm campaign", "kampagne", "campagne", "campaña", "campanha"]),
    (Leads, "owner", &[
        "owner", "lead owner", "sales rep", "rep", "assigned to", "account executive", "agent", "salesperson",
        "responsible", "bearbeiter", "zuständig", "verantwortlich", "betreuer", "vertriebler", "commercial",
        "responsable", "vendedor", "propietario", "eigenaar",
    ]),
    (Leads, "status", &[
        "status", "lead status", "state", "stage", "zustand", "statut", "estado", "estatus", "situação",
        "stato", "stand",
    ]),
    (Leads, "mql_at", &["mql date", "mql at", "marketing qualified", "qualified on"]),
    (Leads, "handed_over_at", &[
        "handed over", "handover date", "passed to sales", "assigned on", "assigned date", "übergabe am",
    ]),
    (Leads, "verdict", &[
        "verdict", "disposition", "sales feedback", "accepted by sales", "bewertung vertrieb", "sales answer",
        "sales verdict", "answer of sales",
    ]),
    (Leads, "verdict_reason", &[
        "rejection reason", "reject reason", "disqualification reason", "ablehnungsgrund", "why refused",
        "why rejected", "reason refused",
    ]),
    (Leads, "first_sales_touch_at", &["first call", "first contact by sales", "first sales contact", "first touched"]),
    (Leads, "score", &["score", "lead score", "rating points"]),
    (Deals, "deal_id", &[
        "deal id", "opportunity id", "order no", "order number", "order id", "opportunity number", "quote no",
        "deal number", "auftragsnummer", "angebotsnummer", "chance id", "id", "record id", "numéro",
    ]),
    (Deals, "lead_id", &["lead id", "enquiry id", "prospect id"]),
    (Deals, "account_id", &[
        "account", "account id", "company", "customer", "client", "firma", "kunde", "unternehmen", "société",
        "empresa", "klant",
    ]),
    (Deals, "amount", &[
        "amount", "value", "deal value", "order value", "deal size", "sale", "estimated value", "estimate",
        "revenue", "price", "total", "contract value", "betrag", "umsatz", "auftragswert", "volumen", "wert",
        "montant", "chiffre affaires", "importe", "valor", "bedrag", "job value", "project value",
        "deal amount",
    ]),
    (Deals, "stage", &[
        "stage", "deal stage", "phase", "sales stage", "pipeline stage", "verkaufsphase", "étape", "etapa",
        "estagio", "fase",
    ]),
    (Deals, "outcome", &[
        "outcome", "status", "result", "won lost", "ergebnis", "résultat", "resultado", "statut", "estado",
        "situação", "estatus", "stato", "opportunity state", "deal state", "opportunity status", "deal status",
        "state",
    ]),
    (Deals, "closed", &["is closed", "closed", "is deal closed"]),
    (Deals, "won", &["is won", "won", "is deal won"]),
    (Deals, "created_at", &[
        "created", "created at", "created on", "create date", "created date", "fecha creacion", "data criacao",
        "opened", "open date", "date opened", "angelegt am", "erstellt am", "créé le", "angelegt", "erstellt",
        "erstellungsdatum", "fecha de creación", "data de criação", "creado el", "criado em", "aangemaakt op",
    ]),
    (Deals, "closed_at", &[
        "closed", "close date", "closed date", "closing date", "closed at", "closed on", "end date",
        "decision date", "abschluss", "abschlussdatum", "geschlossen am", "fecha cierre", "cerrado el",
        "data fechamento", "data de fechamento", "fechado em", "data di chiusura", "date de clôture",
        "fecha de cierre", "sluitingsdatum", "signed on", "signed at", "won lost on", "decided on",
    ]),
    (Deals, "won_at", &[
        "won date", "won at", "won on", "order date", "gewonnen am", "auftragsdatum", "fecha ganado",
        "fecha de ganado", "ganado el", "ganho em", "gagné le",
    ]),
    (Deals, "lost_at", &[
        "lost date", "lost at", "lost on", "verloren am", "fecha perdido", "fecha de perdido", "perdido el",
        "perdido em", "perdu le",
    ]),
    (Deals, "owner", &[
        "owner", "deal owner", "sales rep", "rep", "salesperson", "sales person", "agent", "assigned to",
        "verkäufer", "zuständig", "bearbeiter", "vendedor", "propietario", "proprietário", "responsable",
        "responsável", "eigenaar",
    ]),
    (Deals, "currency", &["currency", "währung", "devise", "moneda", "moeda", "valuta"]),
    (Deals, "loss_reason", &[
        "loss reason", "lost reason", "verlustgrund", "absagegrund", "motivo de pérdida",
        "motivo de la pérdida", "motivo da perda", "motif de perte",
    ]),
    (Deals, "source", &[
        "source", "lead source", "origin", "herkunft", "quelle", "leadquelle", "origen", "origem", "fuente",
        "origine",
    ]),
    (Touches, "lead_id", &["lead id", "prospect id", "enquiry id"]),
    (Touches, "contact_id", &["contact id", "person id"]),
    (Touches, "email", &["email", "e mail", "email address"]),
    (Touches, "touched_at", &[
        "activity date", "date", "timestamp", "call date", "sent at", "time", "datum", "occurred at",
        "event date",
    ]),
    (Touches, "channel", &["activity type", "type", "activity", "channel", "event", "event type", "art", "kanal"]),
    (Touches, "campaign", &["campaign", "campaign name", "kampagne"]),
    (Touches, "owner", &["owner", "user", "agent", "rep", "caller", "bearbeiter"]),
    (Spend, "spent_on", &[
        "date", "day", "month", "week", "period", "datum", "tag", "monat", "jour", "mois", "fecha", "mes",
        "dia",
    ]),
    (Spend, "campaign", &["campaign", "campaign name", "kampagne", "campagne", "campaña", "campanha"]),
    (Spend, "source", &["source", "platform", "publisher", "quelle", "plattform"]),
    (Spend, "channel", &["channel", "medium", "kanal", "canal"]),
    (Spend, "amount", &[
        "spend", "cost", "costs", "ad spend", "amount spent", "budget spent", "total spent", "media cost",
        "kosten", "ausgaben", "werbekosten", "coût", "dépenses", "coste", "gasto", "custo", "uitgaven",
    ]),
    (Spend, "impressions", &["impressions", "impr", "impressionen", "impresiones"]),
    (Spend, "clicks", &["clicks", "klicks", "clics", "cliques"]),
    (Spend, "currency", &["currency", "währung", "devise", "moneda"]),
    (Accounts, "account_id", &[
        "account", "account id", "company", "company id", "company name", "customer", "firma", "kunde",
        "kundennummer", "société", "empresa",
    ]),
    (Accounts, "industry", &["industry", "sector", "branche", "secteur", "industria"]),
    (Accounts, "region", &["region", "country", "state", "territory", "land", "gebiet", "pays", "país"]),
    (Accounts, "size", &[
        "employees", "number of employees", "company size", "headcount", "mitarbeiter", "effectif", "empleados",
    ]),
];

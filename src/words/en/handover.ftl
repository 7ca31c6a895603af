# From handover to the first contact by sales, and to giving up.

handover = From handover to first contact
handover-observation = An observation, not an effect.
    .text = Keen buyers are easier to reach, and owners may call the best leads first. So these bars do not say what faster answers would bring.
handover-agreed = { $evidence }; agreed: { $time }
handover-in-contact = Already in contact.
    .text = { $leads ->
        [one] { $leads } lead was in contact with sales before the handover, and counted apart from these times.
       *[other] { $leads } leads were in contact with sales before the handover, and counted apart from these times.
    }

handover-band = Time to first contact
    .hour = within 1 h
    .day = 1 h to 24 h
    .days = 1 to 3 days
    .later = later
    .never = never
handover-band-in-days = Time to first contact
    .hour = on the same day
    .day = a day
    .days = 2 to 3 days
    .later = later
    .never = never
handover-contacted = Leads contacted
    .hour = Leads contacted within 1 h: { $share }
    .day = Leads contacted after 1 h to 24 h: { $share }
    .days = Leads contacted after 1 to 3 days: { $share }
    .later = Leads contacted later: { $share }
    .never = Leads never contacted: { $share }
handover-contacted-in-days = Leads contacted
    .hour = Leads contacted on the same day: { $share }
    .day = Leads contacted after a day: { $share }
    .days = Leads contacted after 2 to 3 days: { $share }
    .later = Leads contacted later: { $share }
    .never = Leads never contacted: { $share }
handover-accepted = { $share } accepted
    .subtitle = Share of the leads handed over in { $period } that sales accepted, of those with a verdict, by time to the first contact, the shortest first
handover-conversion = { $share } became customers
    .subtitle = Share of the leads handed over in { $period } that became customers so far, by time to the first contact, the shortest first
handover-too-few = By time to first contact: too few to tell
handover-caption = Whiskers: 95% interval. Grey: too few to judge.
handover-attempts-table = Attempts before giving up by owner, leads handed over in { $period } and rejected as unreachable
handover-table = First contact by { $dimension }, leads handed over in { $period }

-- By how much a term was extended stands beside why, and outlives the payload of its event.

update appointment a set why = a.why || jsonb_build_object('term', e.payload ->> 'term') from dossier_event e
where a.why ->> 'event' = 'extended' and e.dossier_id = a.dossier_id and e.kind = 'extended' and e.at = a.made_at
  and e.payload ? 'term';

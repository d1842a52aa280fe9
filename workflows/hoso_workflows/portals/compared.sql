-- What a portal says of dossiers beside the last status that it was told of each.
--
-- $1 portal, $2 dossiers as it names them, $3 their codes, $4 their numbers. One row for each name: `number` and `portal_code` are
-- ours, null where we know no such dossier or never told of it.
--
-- Relies on: uq_dossier_reference, uq_dossier_code and uq_portal_filing_code to find a dossier by its three names, and
-- uq_portal_status_number for its last status. A name that comes twice counts as it comes last.
with theirs as (
  select distinct on (t.dossier) t.dossier, t.their_code, t.their_number
  from unnest($2::text[], $3::integer[], $4::integer[]) with ordinality as t(dossier, their_code, their_number, place)
  order by t.dossier, t.place desc
)
select t.dossier, d.id as dossier_id, s.number, s.portal_code, t.their_number, t.their_code
from theirs t
left join lateral (
  select x.id from dossier x where x.reference = t.dossier
  union all
  select x.id from dossier x where x.code = t.dossier
  union all
  select f.dossier_id from portal_filing f where f.portal = $1 and f.external_code = t.dossier
  limit 1
) d on true
left join lateral (
  select n.number, n.portal_code from portal_status n
  where n.portal = $1 and n.dossier_id = d.id order by n.number desc limit 1
) s on true
order by t.dossier

"""Statements that read and rewrite what commands name."""

UNIT = "select 1 from unit where code = $1 and $2 between valid_from and coalesce(valid_to, 'infinity')"
#: $1 dossier. The applicant as `commands.Applicant` has it.
STORED = """
select d.form_data, jsonb_build_object('kind', p.kind, 'name', p.name, 'identifier', p.identifier, 'address', p.address,
  'phone', p.phone, 'email', p.email, 'authorised_name', p.authorised_name, 'authorised_identifier', p.authorised_identifier,
  'authorisation_paper', p.authorisation_paper, 'area', p.area_code) as party
from dossier d join party p on p.id = d.applicant_id where d.id = $1
"""
#: $1 dossier, $2 the columns as JSON.
PARTY = """
update party p set kind = x.kind, name = x.name, name_folded = x.name_folded, identifier = x.identifier, address = x.address,
  phone = x.phone, email = x.email, authorised_name = x.authorised_name, authorised_identifier = x.authorised_identifier,
  authorisation_paper = x.authorisation_paper, area_code = x.area_code
from dossier d, jsonb_to_record($2::jsonb) as x(kind text, name text, name_folded text, identifier text, address text, phone text,
  email text, authorised_name text, authorised_identifier text, authorisation_paper text, area_code text)
where d.id = $1 and p.id = d.applicant_id
"""

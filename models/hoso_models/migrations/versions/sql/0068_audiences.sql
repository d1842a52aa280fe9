-- For whom a procedure is: the codes of the audiences that an entry names in its own words (ADR 0080).
alter table procedure_entry_search add column audiences text[] default '{}' not null;

with said as (
    select procedure_code, number,
        translate(lower(normalize(coalesce(items->>'applicants', ''), nfc)), 'ÂĂĐÊÔƠƯ', 'âăđêôơư') as applicants
    from procedure_entry_version
)
update procedure_entry_search s set audiences = array_remove(array[
    case when d.applicants like any (array['%công dân%', '%cá nhân%', '%người%', '%hộ gia đình%', '%cán bộ%', '%công chức%',
        '%viên chức%']) then 'citizen' end,
    case when d.applicants like any (array['%doanh nghiệp%', '%tổ chức%', '%hợp tác xã%', '%công ty%', '%cơ sở%', '%cơ quan%',
        '%đơn vị%', '%hộ kinh doanh%', '%thương nhân%', '%nhà đầu tư%', '%nhà thầu%', '%hiệp hội%', '%câu lạc bộ%',
        '%ban vận động%', '%trường%']) then 'organisation' end
], null)
from said d where d.procedure_code = s.procedure_code and d.number = s.number;

-- Two hands are two persons: who entered a proposal, or would hold the office, does not confirm it, and nobody does in the name of
-- those for whom it was proposed. They themselves may.
alter table role_proposal drop constraint ck_role_proposal_second_person;
alter table role_proposal add constraint ck_role_proposal_second_person check (
    decision is distinct from 'confirmed'
    or not (array[decided_by, decided_for] && array[proposed_by, principal_id]) and (decided_for = proposed_for) is not true);

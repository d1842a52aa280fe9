-- In whose name a list of destruction was drawn up: they do not confirm it either.

alter table destruction_list add column drawn_for uuid;
alter table destruction_list add constraint fk_destruction_list_drawn_for foreign key (drawn_for) references principal (id);

-- The chains know it of the lists before.
update destruction_list l set drawn_for = e.on_behalf_of from administration_event e
where e.kind = 'destruction_drawn' and e.subject = l.id::text and e.on_behalf_of is not null;
update destruction_list l set drawn_for = e.on_behalf_of from destruction_item i, dossier_event e
where i.list_id = l.id and e.dossier_id = i.dossier_id and e.kind = 'erasure_ordered' and e.on_behalf_of is not null
  and e.payload ->> 'order' = l.id::text;

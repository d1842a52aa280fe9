create table outage_acknowledgement (
    outage_id uuid not null,
    recipient_id uuid not null,
    at timestamptz not null,
    by uuid not null,
    constraint pk_outage_acknowledgement primary key (outage_id, recipient_id),
    constraint fk_outage_acknowledgement_outage_id_recipient_id
        foreign key (outage_id, recipient_id) references outage_told (outage_id, recipient_id),
    constraint fk_outage_acknowledgement_by foreign key (by) references principal (id)
);

-- The site of an agency through which a dossier came in, and the sites that show the catalogue (ADR 0081).

-- The host of the site; null for a dossier that came straight to the portal, to a counter or by post.
alter table dossier add column entry_site text;
alter table dossier add constraint ck_dossier_entry_site check (entry_site is null or entry_channel = 'online');

-- How often a site has shown something of ours on a day. An empty host stands for sites that do not say who they are.
create table embedding_seen (
    day date not null,
    host text not null,
    kind text not null,
    seen integer not null,
    constraint pk_embedding_seen primary key (day, host, kind),
    constraint ck_embedding_seen_kind check (kind in ('frame', 'search', 'script', 'json', 'atom', 'link')),
    constraint ck_embedding_seen_seen check (seen > 0)
);

-- The number at which a unit answers questions; mails to applicants name it. Null where nobody has entered one.
alter table unit add column telephone text;

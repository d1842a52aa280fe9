-- Filings of a draft that are under way: it can be changed again when the last of them was refused.

alter table draft add column filings integer not null default 0;

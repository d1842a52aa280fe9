-- Counted anew after a crash, which nobody minds; so nothing of it is written ahead.

create unlogged table throttle (
    key bytea not null,
    tat timestamp with time zone not null,
    constraint pk_throttle primary key (key)
);

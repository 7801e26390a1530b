-- The events about people and their keys, by what they say: what was written into `event` behind the ledger's back hides none of
-- them from whoever opens the workspace. The tag stands first in each payload, which the hash of its row covers.
CREATE INDEX ledger_of_people ON ledger(seq) WHERE payload GLOB '{"event":"staff_changed"*'
    OR payload GLOB '{"event":"database_key_changed"*' OR payload GLOB '{"event":"key_registered"*';

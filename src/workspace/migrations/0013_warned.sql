-- Links that are as probable as the automatic band and were kept out of it, by their hazards: a class of those that have the same
-- warnings is counted, drawn from and walked without reading any other pair.
CREATE INDEX candidate_warned ON candidate(kind, hazards, mix, answer, probability) WHERE band = 1 AND best = 1 AND hazards <> 0;

-- The pairs of the automatic band without a hazard, by how their details agree: a class of them is counted, drawn from and walked
-- without reading any other pair.
CREATE INDEX candidate_class ON candidate(kind, pattern, best, mix, answer) WHERE band = 0 AND hazards = 0;

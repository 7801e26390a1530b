//! CHI records that share something with a person: how many there are, and which.
//!
//! Names are compared as a search folds them. The counts are of people: superseded and deleted numbers, and records that
//! are not in the newest extract, are left out.

use rusqlite::{ToSql, params};

use super::number::stored;
use super::search::{compact_postcode, folded};
use super::{ChiSharing, Result, StoredChi, Workspace, number, records};
use crate::person::{Chi, Details, MosaicId, MosaicRecord, PartialDate};

/// The most records that one way of looking for somebody brings.
const EACH: usize = 100;

/// Stands for a person. The plus keeps the index of `present` out of it: nearly every record is.
const PERSON: &str = "+present = 1 AND status NOT IN ('historical', 'deleted')";

impl Workspace {
    /// How many people in CHI share each of these details. Counted from indexes alone, but for the date of birth.
    pub fn chi_sharing(&self, details: &Details) -> Result<ChiSharing> {
        let (surname, forename) = (folded(&details.surname), folded(&details.forename));
        let birth = details.birth.filter(PartialDate::is_whole).map(|birth| birth.iso()).unwrap_or_default();
        let count = |conditions: &[(&str, &str)]| -> Result<Option<u64>> {
            if conditions.iter().any(|(_, value)| value.is_empty()) {
                return Ok(None);
            }
            let columns: Vec<String> = conditions.iter().map(|(column, _)| format!("{column} = ?")).collect();
            let query = format!("SELECT count(*) FROM chi_record WHERE {} AND {PERSON}", columns.join(" AND "));
            let values: Vec<&dyn ToSql> = conditions.iter().map(|(_, value)| value as &dyn ToSql).collect();
            Ok(Some(self.conn.prepare_cached(&query)?.query_row(&*values, |row| number::count(row, 0))?))
        };
        let (surname, forename, birth) =
            (("surname", surname.as_str()), ("forename", forename.as_str()), ("birth", birth.as_str()));
        Ok(ChiSharing {
            surname: count(&[surname])?,
            forename: count(&[forename])?,
            name: count(&[surname, forename])?,
            name_and_birth: count(&[surname, forename, birth])?,
            birth: count(&[birth])?,
        })
    }

    /// The people of CHI at a postcode, by number; `None` where more than `limit` live there.
    pub fn chi_at_postcode(&self, postcode: &str, limit: usize) -> Result<Option<Vec<StoredChi>>> {
        let condition = format!("postcode = ?1 AND postcode <> '' AND {PERSON} ORDER BY +chi LIMIT {}", limit + 1);
        let found = records::select_chi(&self.conn, &condition, &[&compact_postcode(postcode)])?;
        Ok((found.len() <= limit).then_some(found))
    }

    /// The records of a person's earlier numbers: those that name this one as the current, and so on.
    pub fn chi_superseded_by(&self, chi: &Chi) -> Result<Vec<StoredChi>> {
        let mut known = vec![*chi];
        let mut found: Vec<StoredChi> = Vec::new();
        let mut at = 0;
        while let Some(number) = known.get(at).copied() {
            at += 1;
            let earlier = records::select_chi(
                &self.conn,
                "upi = ?1 AND upi <> '' AND +chi <> ?1 AND +present = 1 ORDER BY +chi LIMIT 16",
                &[&number.as_str()],
            )?;
            for stored in earlier {
                if !known.contains(&stored.record.chi) && known.len() <= 16 {
                    known.push(stored.record.chi);
                    found.push(stored);
                }
            }
        }
        Ok(found)
    }

    /// CHI records that may be a person's, found as the engine's keys would: by the number that Mosaic holds, and by any two
    /// of names, date of birth and postcode, names and dates also the wrong way round; by date or postcode alone too. Each
    /// way brings at most a hundred. The present records only, each once.
    pub fn chi_near(&self, person: &MosaicRecord) -> Result<Vec<StoredChi>> {
        let details = &person.details;
        let surname = folded(&details.surname);
        let previous = folded(&details.previous_surname);
        let forename = folded(&details.forename);
        let postcode = compact_postcode(&details.postcode);
        let whole = details.birth.filter(PartialDate::is_whole);
        let birth = whole.map(|birth| birth.iso()).unwrap_or_default();
        let turned = whole
            .and_then(|birth| PartialDate::whole(birth.year?, birth.day?, birth.month?))
            .map(|birth| birth.iso())
            .unwrap_or_default();
        let held = person.chi.as_ref().map_or("", Chi::as_str);
        let ways: [(&str, Vec<&str>); 12] = [
            ("chi = ?1", vec![held]),
            ("birth = ?1 AND surname = ?2", vec![&birth, &surname]),
            ("birth = ?1 AND forename = ?2", vec![&birth, &forename]),
            ("birth = ?1 AND postcode = ?2", vec![&birth, &postcode]),
            ("surname = ?1 AND forename = ?2", vec![&surname, &forename]),
            ("surname = ?1 AND forename = ?2", vec![&forename, &surname]),
            ("surname = ?1 AND forename = ?2", vec![&previous, &forename]),
            ("postcode = ?1 AND surname = ?2", vec![&postcode, &surname]),
            ("postcode = ?1 AND forename = ?2", vec![&postcode, &forename]),
            ("birth = ?1 AND (surname = ?2 OR forename = ?3)", vec![&turned, &surname, &forename]),
            ("birth = ?1", vec![&birth]),
            ("postcode = ?1", vec![&postcode]),
        ];
        let mut found: Vec<StoredChi> = Vec::new();
        let mut known = rustc_hash::FxHashSet::default();
        for (condition, values) in ways.iter().filter(|(_, values)| values.iter().all(|value| !value.is_empty())) {
            let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
            let condition = format!("{condition} AND +present = 1 LIMIT {EACH}");
            let way = records::select_chi(&self.conn, &condition, &values)?;
            found.extend(way.into_iter().filter(|stored| known.insert(stored.record.chi)));
        }
        Ok(found)
    }

    /// Mosaic people of the newest extract for whom no link waits or stands: none matched, proposed by anybody, or in the
    /// automatic or review band, and not judged not matchable. By surname and id, those whose id or surname begins like
    /// this: the first `limit`, and whether there are more. In the order of an index, so that the first are there at once.
    pub fn mosaic_unlinked(&self, beginning: &str, limit: usize) -> Result<(Vec<MosaicId>, bool)> {
        // What is looked for anywhere, from the beginning on
        let starts = |text: &str| super::ledger::anywhere(text)[1..].to_owned();
        let id = starts(beginning.trim());
        let surname = if folded(beginning).is_empty() { id.clone() } else { starts(&folded(beginning)) };
        let mut find = self.conn.prepare_cached(
            r"SELECT m.mosaic_id FROM mosaic_record m INDEXED BY mosaic_record_surname
             WHERE m.present = 1 AND (m.mosaic_id LIKE ?1 ESCAPE '\' OR m.surname LIKE ?2 ESCAPE '\')
               AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.kind = 'link' AND c.a = m.mosaic_id
                    AND ((c.best = 1 AND c.band < 2) OR c.origin <> 'engine' OR c.answer IN (1, 5)))
               AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.kind = 'link' AND d.a = m.mosaic_id AND d.verdict = 'match')
               AND NOT EXISTS (SELECT 1 FROM record_decision r WHERE r.mosaic_id = m.mosaic_id)
             ORDER BY m.surname, m.mosaic_id LIMIT ?3",
        )?;
        let ids = find.query_map(params![id, surname, stored(limit as u64 + 1)], |row| row.get::<_, String>(0))?;
        let ids: Result<Vec<_>> = ids.map(|id| Ok(MosaicId::parse(&id?))).filter_map(Result::transpose).collect();
        let mut ids = ids?;
        let more = ids.len() > limit;
        ids.truncate(limit);
        Ok((ids, more))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use crate::person::{Chi, ChiRecord, ChiStatus, PartialDate};

    /// Records of people called like the first of the fixture; each is changed before it is put.
    fn put(it: &mut Fixture, numbers: std::ops::Range<u32>, change: impl Fn(u32, &mut ChiRecord)) -> Vec<Chi> {
        let like = it.ws.chi(&chi_number(1)).unwrap().unwrap().record;
        let mut put = Vec::new();
        it.ws
            .apply(vec![], |tx| {
                let file = tx.new_file(&new_file("chi", "more"))?;
                for n in numbers {
                    let mut record = ChiRecord { chi: chi_number(n), ..like.clone() };
                    change(n, &mut record);
                    put.push(record.chi);
                    tx.put_chi(file, u64::from(n), &record, &[])?;
                }
                Ok(())
            })
            .unwrap();
        put
    }

    #[test]
    fn people_who_share_a_name_are_counted_and_numbers_out_of_use_are_not() {
        let mut it = workspace(3);
        put(&mut it, 100..106, |n, record| match n {
            100 => record.status = ChiStatus::Historical,
            101 => record.status = ChiStatus::Deleted,
            102 => record.details.birth = PartialDate::whole(1931, 2, 3),
            103 => record.details.forename = "Other".into(),
            104 => record.details.surname = record.details.surname.to_uppercase(),
            _ => {}
        });
        let details = it.ws.chi(&chi_number(1)).unwrap().unwrap().record.details;
        let sharing = it.ws.chi_sharing(&details).unwrap();
        assert_eq!(sharing.surname, Some(5), "the person, and four more");
        assert_eq!(sharing.forename, Some(4));
        assert_eq!(sharing.name, Some(4));
        assert_eq!(sharing.name_and_birth, Some(3));
        let nameless = crate::person::Details { surname: String::new(), ..details };
        assert_eq!(it.ws.chi_sharing(&nameless).unwrap().name, None, "nothing to count");
    }

    #[test]
    fn no_count_and_no_search_reads_more_records_than_it_must() {
        let it = workspace(1);
        let how = |what: &str, conditions: &str| -> String {
            let plan = format!("EXPLAIN QUERY PLAN SELECT {what} FROM chi_record WHERE {conditions}");
            let mut plan = it.ws.conn.prepare(&plan).unwrap();
            let values = vec!["X"; conditions.matches("= ?").count()];
            let mut rows = plan.query(rusqlite::params_from_iter(values)).unwrap();
            let mut steps = String::new();
            while let Some(row) = rows.next().unwrap() {
                steps += &row.get::<_, String>(3).unwrap();
            }
            steps
        };
        let person = super::PERSON;
        for names in [
            "surname = ?",
            "surname = ? AND forename = ?",
            "surname = ? AND forename = ? AND birth = ?",
            "forename = ?",
        ] {
            let how = how("count(*)", &format!("{names} AND {person}"));
            assert!(how.contains("COVERING INDEX"), "{names}: {how}");
        }
        for (column, rest) in [("birth", person), ("postcode", person), ("birth", "+present = 1 LIMIT 100")] {
            let how = how("record", &format!("{column} = ? AND {rest}"));
            assert!(how.contains(&format!("chi_record_{column}")), "{column}: {how}");
        }
        let postcode = how("record", &format!("postcode = ? AND postcode <> '' AND {person} ORDER BY +chi LIMIT 9"));
        assert!(postcode.contains("chi_record_postcode"), "{postcode}");
        let earlier = how("record", "upi = ? AND upi <> '' AND +present = 1 ORDER BY +chi LIMIT 16");
        assert!(earlier.contains("chi_record_upi"), "{earlier}");
    }

    #[test]
    fn a_person_of_other_numbers_is_followed_to_all_of_them() {
        let mut it = workspace(3);
        let earlier = put(&mut it, 100..103, |n, record| {
            record.status = ChiStatus::Historical;
            record.upi = Some(chi_number(if n == 100 { 1 } else { n - 1 }));
        });
        let found = it.ws.chi_superseded_by(&chi_number(1)).unwrap();
        assert_eq!(found.into_iter().map(|stored| stored.record.chi).collect::<Vec<_>>(), earlier);
        assert!(it.ws.chi_superseded_by(&chi_number(2)).unwrap().is_empty());
    }

    #[test]
    fn who_may_be_a_person_is_found_by_any_two_things_that_agree() {
        let mut it = workspace(5);
        let person = it.ws.mosaic(&mosaic_id(1)).unwrap().unwrap().record;
        let more = put(&mut it, 200..204, |n, record| {
            let details = &mut record.details;
            match n {
                200 => details.surname = "Married".into(),
                201 => details.birth = PartialDate::whole(1901, 1, 1),
                202 => std::mem::swap(&mut details.surname, &mut details.forename),
                _ => *details = crate::person::Details { surname: "Nobody".into(), ..Default::default() },
            }
        });
        let found: Vec<Chi> = it.ws.chi_near(&person).unwrap().into_iter().map(|stored| stored.record.chi).collect();
        for chi in &more[..3] {
            assert!(found.contains(chi));
        }
        assert!(!found.contains(&more[3]), "nothing agrees");
        assert_eq!(found.iter().collect::<std::collections::BTreeSet<_>>().len(), found.len(), "each once");
    }

    #[test]
    fn people_without_a_link_are_listed_until_one_is_proposed() {
        let mut it = workspace(4);
        let mut low = new_pair(link(2), -4.0);
        low.band = crate::pair::Band::Low;
        it.run([new_pair(link(1), 9.0), low].into_iter());
        let unlinked = |it: &Fixture, text: &str, limit: usize| it.ws.mosaic_unlinked(text, limit).unwrap();
        assert_eq!(unlinked(&it, "", 3), (vec![mosaic_id(2), mosaic_id(3), mosaic_id(4)], false));
        assert_eq!(unlinked(&it, "", 1), (vec![mosaic_id(2)], true));
        assert_eq!(unlinked(&it, "macsurname3", 10).0, [mosaic_id(3)]);
        assert_eq!(unlinked(&it, "00004", 10).0, [mosaic_id(4)]);
        assert_eq!(unlinked(&it, "urname", 10).0, [], "only from the beginning");
        it.decide(&link(2), crate::pair::Verdict::Match);
        assert_eq!(unlinked(&it, "", 10).0, [mosaic_id(3), mosaic_id(4)]);
    }
}

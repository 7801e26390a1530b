"""Splink's model: the comparisons, the blocking rules and the training, tuned as its documentation advises."""

from __future__ import annotations

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on
from splink.internals.exceptions import EMTrainingException

SWAPPED = "forename_l = surname_r and surname_l = forename_r"


def comparisons() -> list:
    """Names, date, sex, one joint location, and the CHI number that Mosaic holds already."""
    null = lambda sql: cll.CustomLevel(sql).configure(is_null_level=True)  # noqa: E731
    forename = cl.CustomComparison(
        output_column_name="forename",
        comparison_levels=[
            # A swap is one event: the surname's comparison counts it, and here it is no evidence.
            null(f"forename_l is null or forename_r is null or ({SWAPPED})"),
            cll.ExactMatchLevel("forename", term_frequency_adjustments=True),
            cll.CustomLevel("forename_l = known_r or forename_r = known_l"),
            cll.CustomLevel("list_has_any(nicknames_l, nicknames_r)"),
            cll.JaroWinklerLevel("forename", 0.92),
            cll.CustomLevel("forename_l = forename2_r or forename_r = forename2_l"),
            cll.JaroWinklerLevel("forename", 0.82),
            cll.CustomLevel("initial_l = initial_r"),
            cll.ElseLevel(),
        ],
    )
    surname = cl.CustomComparison(
        output_column_name="surname",
        comparison_levels=[
            cll.NullLevel("surname"),
            cll.ExactMatchLevel("surname", term_frequency_adjustments=True),
            cll.CustomLevel("surname_l = previous_r or surname_r = previous_l"),
            cll.CustomLevel(SWAPPED),
            cll.JaroWinklerLevel("surname", 0.93),
            cll.JaroWinklerLevel("surname", 0.85),
            cll.CustomLevel("length(surname_l) > 3 and length(surname_r) > 3 and "
                            "(contains(surname_l, surname_r) or contains(surname_r, surname_l))"),
            cll.ElseLevel(),
        ],
    )
    second = cl.CustomComparison(
        output_column_name="forename2",
        comparison_levels=[
            cll.NullLevel("forename2"),
            cll.ExactMatchLevel("forename2"),
            cll.CustomLevel("left(forename2_l, 1) = left(forename2_r, 1)"),
            cll.ElseLevel(),
        ],
    )
    dob = cl.CustomComparison(
        output_column_name="dob",
        comparison_levels=[
            cll.NullLevel("dob"),
            cll.ExactMatchLevel("dob"),
            cll.CustomLevel("year_l = year_r and day_l = right(day_r, 2) || '-' || left(day_r, 2)"),
            cll.DamerauLevenshteinLevel("dob", 1),
            cll.CustomLevel("year_l = year_r and (day_l = '01-01' or day_r = '01-01')"),
            cll.CustomLevel("day_l = day_r and abs(year_l::int - year_r::int) in (1, 10)"),
            cll.DamerauLevenshteinLevel("dob", 2),
            cll.CustomLevel("abs(year_l::int - year_r::int) <= 1"),
            cll.CustomLevel("abs(year_l::int - year_r::int) <= 10"),
            cll.ElseLevel(),
        ],
    )
    sex = cl.CustomComparison(
        output_column_name="sex",
        comparison_levels=[cll.NullLevel("sex"), cll.ExactMatchLevel("sex"), cll.ElseLevel()],
    )
    place = cl.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            null("(postcode_l is null and door_l is null) or (postcode_r is null and door_r is null)"),
            cll.CustomLevel("postcode_l = postcode_r and number_l = number_r and number_l <> ''"),
            cll.CustomLevel("door_l = door_r"),
            cll.CustomLevel("postcode_l = postcode_r"),
            cll.CustomLevel("damerau_levenshtein(postcode_l, postcode_r) <= 1"),
            cll.CustomLevel("sector_l = sector_r"),
            cll.CustomLevel("district_l = district_r"),
            cll.ElseLevel(),
        ],
    )
    chi = cl.CustomComparison(
        output_column_name="chi",
        comparison_levels=[cll.NullLevel("chi"), cll.ExactMatchLevel("chi"), cll.ElseLevel()],
    )
    return [forename, surname, second, dob, sex, place, chi]


def blocking(tight: bool) -> list:
    """The pairs to compare. In a nation, name alone proposes too many: there it needs a year or a district."""
    if tight:
        wide = [
            block_on("surname", "forename", "year"),
            block_on("surname", "forename", "district"),
            block_on("dob", "surname"),
            block_on("dob", "forename"),
            block_on("dob", "sector"),
            block_on("postcode", "dob"),
            block_on("door", "forename", "year"),
        ]
    else:
        wide = [
            block_on("dob"),
            block_on("surname", "forename"),
            block_on("surname", "initial", "year"),
            block_on("surname", "day"),
            block_on("forename", "day"),
            block_on("door", "forename"),
            block_on("postcode", "year"),
            block_on("postcode", "initial"),
        ]
    return [
        block_on("chi"),
        *wide,
        block_on("postcode", "forename"),
        block_on("postcode", "surname", "initial"),
        "l.dob = r.dob and l.surname = r.forename and l.forename = r.surname",
        "l.surname = r.forename and l.forename = r.surname and l.postcode = r.postcode",
        "l.dob = r.dob and l.surname = r.previous",
        "l.dob = r.dob and l.previous = r.surname",
        "l.surname = r.previous and l.forename = r.forename and l.year = r.year",
        "l.previous = r.surname and l.forename = r.forename and l.year = r.year",
    ]


def settings(link_type: str, tight: bool) -> SettingsCreator:
    """The whole model, untrained."""
    return SettingsCreator(
        link_type=link_type,
        comparisons=comparisons(),
        blocking_rules_to_generate_predictions=blocking(tight),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        max_iterations=25,
        em_convergence=0.001,
    )


def train(linker) -> None:
    """The prior from rules that are nearly never wrong, u from random pairs, m by EM from two sides."""
    linker.training.estimate_probability_two_random_records_match(
        [block_on("surname", "forename", "dob"), block_on("dob", "postcode", "initial"), block_on("chi")], recall=0.85
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=4e6, seed=1)
    for rule in (block_on("dob"), block_on("surname", "forename"), block_on("postcode", "forename")):
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=2e6)
        except (EMTrainingException, ValueError):
            # A small set may hold no such pair, or no two records of one person: then EM drives the prior to nought,
            # and takes its logarithm.
            continue

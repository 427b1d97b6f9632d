"""The standard's own words on statements: every MUST of "Part Two: Experience API Data" for a store, and its test.

Each test sends what the clause speaks of in both versions, unless the clause belongs to one. MUSTs for those who write
or read statements (wording of verbs, future timestamps, ids of their own domain) have no test: a store cannot know them.
"""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

MUSTS = {
    "2.2 each property no more than one time": "test_each_property_stands_once",
    "2.2 actor, verb and object": "test_actor_verb_and_object_are_needed",
    "2.2 no different serialization": "test_nothing_is_written_differently",
    "2.2 reject null, except inside extensions": "test_null_is_refused_except_in_extensions",
    "2.2 reject the wrong data type": "test_the_wrong_type_is_refused",
    "2.2 reject what does not follow its format, the empty string included": "test_the_wrong_format_is_refused",
    "2.2 reject the wrong case of a key": "test_the_case_of_a_key_counts",
    "2.2 reject the wrong case of an enumerated value": "test_the_case_of_an_enumerated_value_counts",
    "2.2 reject a key or value that is not allowed": "test_what_the_standard_does_not_know_is_refused",
    "2.2 reject IRIs without a scheme": "test_iris_have_a_scheme",
    "2.2 validate the token lengths of language tags": "test_language_tags_have_the_lengths_of_rfc_5646",
    "2.2 numbers with at least the precision of 32 bits": "test_numbers_keep_their_precision",
    "2.2 parameters by the same standards": "test_parameters_are_held_to_the_same_standards",
    "2.3.1 differences by exceptions to immutability are ignored": "test_what_may_differ_is_the_same_statement",
    "2.3.1 other differences are not": "test_what_may_not_differ_is_a_conflict",
    "2.3.2 a voiding statement's object is a StatementRef": "test_voiding_needs_a_statementref",
    "2.3.2 its id is the voided statement's": "test_voiding_names_a_statement",
    "2.3.2 voided if and only if not itself voiding and named by a voiding one": "test_what_is_voided_and_what_not",
    "2.4.1 the store makes a missing id": "test_a_missing_id_is_made",
    "2.4.1 ids are UUIDs in standard string form": "test_ids_are_uuids_in_standard_form",
    "2.4.2.1 an Agent has one identifier": "test_an_agent_has_an_identifier",
    "2.4.2.1 and not more": "test_an_agent_has_no_two_identifiers",
    "2.4.2.2 an anonymous Group lists members": "test_an_anonymous_group_has_members",
    "2.4.2.2 no Group in an anonymous Group": "test_no_group_holds_a_group",
    "2.4.2.2 an identified Group has exactly one identifier": "test_an_identified_group_has_one_identifier",
    "2.4.2.2 no Group in an identified Group": "test_no_group_holds_a_group",
    "2.4.2.2 anonymous Groups are distinct": "test_anonymous_groups_are_distinct",
    "2.4.3 exact returns display as it came, or its absence": "test_exact_gives_display_as_it_came",
    "2.4.4.1 objectType is Activity when present": "test_the_objecttype_of_an_activity",
    "2.4.4.1 no action when an Activity id has many authors": "test_one_activity_of_many_authors_stays_one",
    "2.4.4.1 one id is one Activity": "test_one_activity_of_many_authors_stays_one",
    "2.4.4.1 a valid interactionType": "test_an_interaction_has_a_type",
    "2.4.4.1 component ids are distinct": "test_ids_of_components_are_distinct",
    "2.4.4.2 an Agent or Group as object has an objectType": "test_an_actor_as_object_says_so",
    "2.4.4.3 a StatementRef has objectType and a UUID": "test_a_statementref_has_type_and_uuid",
    "2.4.4.3 a StatementRef need not exist": "test_a_statementref_has_type_and_uuid",
    "2.4.4.3 a SubStatement has its objectType": "test_a_substatement_says_so",
    "2.4.4.3 a SubStatement is validated as a statement": "test_a_substatement_is_a_statement",
    "2.4.4.3 no id, stored, version, authority": "test_a_substatement_has_no_properties_of_a_stored_one",
    "2.4.4.3 no SubStatement in a SubStatement": "test_a_substatement_holds_no_other",
    "2.4.5.1 scaled from -1 to 1, raw within min and max, min below max": "test_scores_are_in_their_ranges",
    "2.4.6 revision only with an Activity": "test_revision_and_platform_go_with_an_activity",
    "2.4.6 platform only with an Activity": "test_revision_and_platform_go_with_an_activity",
    "2.4.6 properties of a context": "test_the_parts_of_a_context",
    "2.4.6.2 keys of contextActivities": "test_the_keys_of_contextactivities",
    "2.4.6.2 values of contextActivities": "test_the_values_of_contextactivities",
    "2.4.6.2 returned as arrays": "test_contextactivities_come_back_as_arrays",
    "2.4.6.2 a single one as an array of one": "test_contextactivities_come_back_as_arrays",
    "2.4.7 a missing timestamp is stored": "test_timestamp_and_stored",
    "2.4.8 stored is set by the store": "test_timestamp_and_stored",
    "2.4.9 an Agent, or a Group of two Agents": "test_authority_is_an_agent_or_two",
    "2.4.9 the user as an Agent is the entire authority": "test_who_connects_directly_is_the_whole_authority",
    "2.4.9 all statements stored have an authority": "test_who_connects_directly_is_the_whole_authority",
    "2.4.10 accept every 1.0.x": "test_versions_that_are_accepted_are_retained",
    "2.4.10 reject the rest": "test_versions_that_are_refused",
    "2.4.10 retained, or else 1.0.0": "test_versions_that_are_accepted_are_retained",
    "2.4.11 properties of an attachment": "test_the_parts_of_an_attachment",
    "2.5 more is usable for 24 hours": "test_more_is_good_for_a_day",
    "2.6 malformed signatures are refused": "test_signatures.py",
    "3.1 IRIs are compared as strings": "test_iris_are_compared_as_they_are_written",
    "4.1 keys of extensions are IRIs": "test_keys_of_extensions_are_iris",
    "4.1 values of extensions refuse nothing": "test_values_of_extensions_are_free",
    "4.5 timestamps are ISO 8601": "test_timestamps_are_iso_8601",
    "4.5 timestamps keep milliseconds": "test_timestamps_keep_milliseconds",
    "4.6 durations are ISO 8601, 4.4.3.2": "test_durations",
    "4.6 and not in the alternative format": "test_durations",
    "4.6 compared to hundredths of a second": "test_durations_are_compared_to_hundredths",
}
"""Clause and MUST, and the test that shows it (in one of test_musts_*.py, or a module beside them)."""


def test_every_must_of_the_table_has_its_test():
    folder, here = Path(__file__).parent, set()
    for path in folder.glob("test_musts_*.py"):
        here |= {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
    tests = {name for name in here if name.startswith("test_")} - {"test_every_must_of_the_table_has_its_test"}
    modules = {path.name for path in folder.glob("test_*.py")}
    assert set(MUSTS.values()) - here - modules == set()
    assert tests - set(MUSTS.values()) == set()
    assert len(MUSTS) == 67

afterpatch_test(events_test
  SOURCES
    events/event_fit_test.cpp
    events/event_matcher_test.cpp
    events/event_rules_test.cpp
    events/event_search_test.cpp
    events/event_view_test.cpp
    events/explain_event_test.cpp
    events/export_search_test.cpp
    events/field_mapping_test.cpp
    events/known_fields_test.cpp
    events/random_events.cpp
    events/search_events_test.cpp
    events/sigmahq_test.cpp
    events/windows_log_sources_test.cpp
    sigma/random_rules.cpp
    sigma/reference_evaluator.cpp
  LIBRARIES afterpatch_detect afterpatch_range)

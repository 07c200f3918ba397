afterpatch_test(events_test
  SOURCES
    events/event_fit_test.cpp
    events/explain_event_test.cpp
    events/export_search_test.cpp
    events/sigmahq_test.cpp
  LIBRARIES afterpatch_detect)

# Windows events: which rules are for which events, and the pass over event logs.
list(APPEND detect_sources
  events/announcement_memory.cpp
  events/event_blocks.cpp
  events/event_coverage.cpp
  events/event_detection.cpp
  events/event_fit.cpp
  events/event_log.cpp
  events/event_record.cpp
  events/event_rules.cpp
  events/event_search.cpp
  events/event_view.cpp
  events/explain_event.cpp
  events/export_blocks.cpp
  events/export_search.cpp
  events/export_view.cpp
  events/field_mapping.cpp
  events/known_fields.cpp
  events/search_events.cpp
  events/windows_log_sources.cpp)

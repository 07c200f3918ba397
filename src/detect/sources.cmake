# The passes over the evidence, and what they share.
list(APPEND detect_sources
  block_search.cpp
  attack_layer.cpp
  correlation_input.cpp
  correlator.cpp
  detection.cpp
  engine.cpp
  explain_record.cpp
  findings_builder.cpp
  idle_rules.cpp
  indicator_search.cpp
  literal_scanner.cpp
  qgram_scanner.cpp
  log_blocks.cpp
  log_names.cpp
  neighbours.cpp
  pivot_search.cpp
  protected_pages.cpp
  record_facts.cpp
  request_groups.cpp
  row_detection.cpp
  row_event.cpp
  rule_detection.cpp
  rule_fit.cpp
  scan_files.cpp
  search_logs.cpp
  sigma_search.cpp)

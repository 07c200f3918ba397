afterpatch_test(files_test
  SOURCES
    files/baseline_test.cpp
    files/compiled_trace_test.cpp
    files/file_places_test.cpp
    files/file_scan_test.cpp
    files/indicator_files_test.cpp
    files/indicators_test.cpp
    files/placement_test.cpp
    files/staged_test.cpp
    files/stix_pattern_test.cpp
    files/web_content_test.cpp
    files/yara_condition_test.cpp
    files/yara_routing_test.cpp
    files/yara_rules_test.cpp
    files/yara_text_test.cpp
  LIBRARIES afterpatch_detect)

afterpatch_test(detect_test
  SOURCES findings_builder_test.cpp qgram_scanner_test.cpp literal_scanner_test.cpp record_facts_test.cpp request_groups_test.cpp block_search_test.cpp log_blocks_test.cpp neighbours_test.cpp protected_pages_test.cpp correlator_test.cpp attack_layer_test.cpp rule_fit_test.cpp
  LIBRARIES afterpatch_detect)

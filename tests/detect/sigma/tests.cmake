afterpatch_test(sigma_test
  SOURCES sigma/condition_parser_test.cpp sigma/evaluation_test.cpp sigma/pattern_matcher_test.cpp sigma/pattern_test.cpp
    sigma/rule_set_test.cpp
  LIBRARIES afterpatch_detect)

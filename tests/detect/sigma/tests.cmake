afterpatch_test(sigma_test
  SOURCES sigma/condition_parser_test.cpp sigma/correlation_engine_test.cpp sigma/correlation_resolver_test.cpp sigma/evaluation_test.cpp sigma/explanation_test.cpp sigma/log_source_test.cpp sigma/pattern_matcher_test.cpp
    sigma/pattern_test.cpp sigma/placeholder_file_test.cpp sigma/program_test.cpp sigma/random_rules.cpp sigma/record_event_test.cpp
    sigma/reference_correlation.cpp sigma/reference_evaluator.cpp sigma/rule_set_test.cpp sigma/value_memo_test.cpp sigma/witness_test.cpp
  LIBRARIES afterpatch_detect)

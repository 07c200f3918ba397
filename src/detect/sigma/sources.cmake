list(APPEND detect_sources
  sigma/code_points.cpp sigma/condition_parser.cpp sigma/correlation.cpp sigma/correlation_engine.cpp
  sigma/correlation_resolver.cpp sigma/correlation_window.cpp sigma/explanation.cpp sigma/field_aliases.cpp sigma/literal_rarity.cpp sigma/log_source.cpp
  sigma/modifiers.cpp sigma/network.cpp sigma/number.cpp sigma/pattern.cpp sigma/placeholder_file.cpp sigma/pattern_matcher.cpp sigma/predicate.cpp
  sigma/program.cpp sigma/record_event.cpp sigma/rule.cpp sigma/rule_fields.cpp sigma/rule_parser.cpp sigma/rule_set.cpp
  sigma/text_transform.cpp sigma/time_part.cpp sigma/value.cpp sigma/value_memo.cpp sigma/witness.cpp sigma/yaml_tree.cpp)

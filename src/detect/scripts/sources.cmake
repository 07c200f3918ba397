# Code of web pages: encodings, regions, tokens, what flows where, and what that means.
list(APPEND detect_sources
  scripts/acts.cpp
  scripts/basic_lexer.cpp
  scripts/brace_lexer.cpp
  scripts/calls.cpp
  scripts/encoded_script.cpp
  scripts/evaluation.cpp
  scripts/expressions.cpp
  scripts/folding.cpp
  scripts/java_calls.cpp
  scripts/java_classes.cpp
  scripts/java_reflection.cpp
  scripts/judgement.cpp
  scripts/markup.cpp
  scripts/page.cpp
  scripts/page_text.cpp
  scripts/php_calls.cpp
  scripts/php_folds.cpp
  scripts/php_judgement.cpp
  scripts/php_objects.cpp
  scripts/script_analysis.cpp
  scripts/source_code.cpp
  scripts/statements.cpp
  scripts/variables.cpp
  scripts/vocabulary.cpp)

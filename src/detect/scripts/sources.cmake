# Code of web pages: encodings, regions, tokens, what flows where, and what that means.
list(APPEND detect_sources
  scripts/basic_lexer.cpp
  scripts/brace_lexer.cpp
  scripts/calls.cpp
  scripts/expressions.cpp
  scripts/folding.cpp
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

# Rules over files: YARA, indicators, known-good comparison, placement, content of web files, staged files.
list(APPEND detect_sources
  files/baseline.cpp
  files/claim.cpp
  files/compiled_trace.cpp
  files/file_places.cpp
  files/file_scan.cpp
  files/indicator_files.cpp
  files/indicator_match.cpp
  files/indicators.cpp
  files/known_good.cpp
  files/misp_event.cpp
  files/placement.cpp
  files/staged.cpp
  files/stix_bundle.cpp
  files/stix_pattern.cpp
  files/web_content.cpp
  files/yara_classes.cpp
  files/yara_compile.cpp
  files/yara_compiled.cpp
  files/yara_condition.cpp
  files/yara_literals.cpp
  files/yara_loading.cpp
  files/yara_prefilter.cpp
  files/yara_rules.cpp
  files/yara_source.cpp
  files/yara_text.cpp)

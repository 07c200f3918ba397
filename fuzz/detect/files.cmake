foreach(target indicators stix_pattern web_content scripts staged compiled_trace compiled_page yara_text service_settings)
  afterpatch_fuzzer(fuzz_${target} SOURCES fuzz_${target}.cpp LIBRARIES afterpatch_detect)
endforeach()

afterpatch_test(scripts_test
  SOURCES
    scripts/application_pages_test.cpp
    scripts/asp_pages_test.cpp
    scripts/aspnet_pages_test.cpp
    scripts/encoded_script_test.cpp
    scripts/jsp_pages_test.cpp
    scripts/php_first_look_test.cpp
    scripts/php_glance_test.cpp
    scripts/php_pages_test.cpp
    scripts/protector_test.cpp
  LIBRARIES afterpatch_detect)

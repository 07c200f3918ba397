# afterpatch_test_on_postgresql(<name> <filter>): the tests of this program that keep a store, once more, on
# PostgreSQL; one entry, since starting the server takes longer than all of them (any_place.h).
function(afterpatch_test_on_postgresql name filter)
  target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/store/postgresql_server.cpp)
  add_test(NAME ${name}_on_postgresql COMMAND ${name} --gtest_filter=${filter})
  set_tests_properties(${name}_on_postgresql PROPERTIES
    ENVIRONMENT AFTERPATCH_TEST_POSTGRESQL=1 FAIL_REGULAR_EXPRESSION "Running 0 tests" SKIP_RETURN_CODE 77 TIMEOUT 300)
endfunction()

afterpatch_test(events_test
  SOURCES events/sigmahq_test.cpp
  LIBRARIES afterpatch_detect)

find_package(Boost 1.81 REQUIRED COMPONENTS json)
afterpatch_test(notify_message_test
  SOURCES message_letters_test.cpp message_mime_test.cpp message_notice_library_test.cpp message_notice_text_test.cpp
    message_xarf_test.cpp
  LIBRARIES afterpatch_notify)

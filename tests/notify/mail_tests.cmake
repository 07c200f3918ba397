find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)

# A real Postfix and Dovecot for tests.
add_library(notify_mail_server STATIC mail_server.cpp)
target_include_directories(notify_mail_server PUBLIC ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(notify_mail_server PUBLIC afterpatch_options fmt::fmt OpenSSL::Crypto)

afterpatch_test(notify_mail_test
  SOURCES mail_mailbox_test.cpp mail_notice_marks_test.cpp mail_returned_test.cpp mail_server_test.cpp mail_smtp_test.cpp
    scripted_smtp.cpp
  LIBRARIES notify_mail_server afterpatch_notify CURL::libcurl)

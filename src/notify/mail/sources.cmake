# SMTP and IMAP by libcurl.
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
set(NOTIFY_MAIL_LIBRARIES CURL::libcurl OpenSSL::Crypto PkgConfig::RE2)
set(NOTIFY_MAIL_SOURCES
  mail/delivery_report.cpp
  mail/imap.cpp
  mail/maildir.cpp
  mail/mime_reader.cpp
  mail/notice_marks.cpp
  mail/remembered.cpp
  mail/returned.cpp
  mail/smtp.cpp)

# MIME and PGP, addresses in other scripts, PDF; templates are header only.
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL REQUIRED)
pkg_check_modules(GMIME REQUIRED IMPORTED_TARGET gmime-3.0)
pkg_check_modules(GPGME REQUIRED IMPORTED_TARGET gpgme)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(PANGO REQUIRED IMPORTED_TARGET pangocairo cairo-pdf)
set(NOTIFY_MESSAGE_LIBRARIES Boost::json OpenSSL::Crypto PkgConfig::GMIME PkgConfig::GPGME PkgConfig::IDN2
  PkgConfig::PANGO)
set(NOTIFY_MESSAGE_SOURCES
  message/address.cpp
  message/compose.cpp
  message/facts.cpp
  message/gmime_start.cpp
  message/letters.cpp
  message/lists.cpp
  message/mime.cpp
  message/notice_library.cpp
  message/notice_text.cpp
  message/pgp.cpp
  message/template_check.cpp
  message/xarf.cpp)

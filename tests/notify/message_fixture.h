// An operator, a library and facts for tests of notices.
#pragma once

#include <gtest/gtest.h>

#include "notify/mail/notice_marks.h"
#include "notify/message/facts.h"
#include "notify/message/notice_library.h"

namespace afterpatch::notify {

inline const NoticeLibrary& library() {
  static const Result<NoticeLibrary> loaded =
      NoticeLibrary::load(std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge");
  if (!loaded) throw std::runtime_error(to_string(loaded.error()));
  return *loaded;
}

inline Agency agency() {
  Agency made;
  made.name = "CERT Beispielland";
  made.phone = "+49 30 555 0100";
  made.verify_page = "https://cert.agency.example/exchange";
  made.mail_address = "notices@agency.example";
  made.postal = {"Amtsstraße 1", "10115 Musterstadt"};
  return made;
}

inline NoticeFacts facts(const std::string& reason = "unpatched", const std::string& language = "en") {
  NoticeFacts made;
  made.notice_id = "AP-2021-000017.1";
  made.case_number = "AP-2021-000017";
  made.service = "Microsoft Exchange Server";
  made.flaws = {"CVE-2021-26855", "CVE-2021-27065"};
  made.campaign = "exchange-2021-proxylogon";
  made.reason = reason;
  made.organisation = "Müller & Söhne GmbH";
  made.country = "DE";
  made.language = language;
  made.link = "https://cert.agency.example/c/AbCdEfGhIjKlMnOpQrStUv";
  made.date = *parse_time("2021-03-15T09:30:00Z");
  ServerFacts server;
  server.address = "192.0.2.17";
  server.name = "mail.mueller.example";
  server.build = "15.1.2176.2";
  server.exposure = "unpatched";
  server.seen = parse_time("2021-03-14T10:22:31Z");
  if (reason != "unpatched")
    server.findings = {{"/aspnet_client/supp0rt.aspx", parse_time("2021-03-14T10:25:00Z")}};
  made.servers = {server};
  return made;
}

inline const NoticeMarks& marks() {
  static const NoticeMarks made = *NoticeMarks::make("returns@agency.example", "0123456789abcdef");
  return made;
}

}  // namespace afterpatch::notify

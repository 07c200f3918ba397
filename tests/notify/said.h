// Statements made by hand, for the tests of this room.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "store/cases.h"
#include "store/ledger.h"

namespace afterpatch::notify {

inline const std::string kCase = "AP-2021-000001";
inline const std::string kCampaign = "exchange-2021-proxylogon";

inline Timestamp hour(int hours) {
  return Timestamp(std::chrono::days(18691) + std::chrono::hours(hours));  // 0 is 2021-03-05
}
inline Timestamp day(int days) {
  return hour(24 * days);
}

inline store::Statement of_case(Timestamp time, const std::string& kind, const std::string& content = "{}") {
  return {time, time, "test", kind, "case", kCase, "", content};
}

inline store::Statement of_notice(Timestamp time, const std::string& kind, const std::string& content = "{}",
                                  int notice = 1) {
  return {time, time, "test", kind, "notice", fmt::format("{}.{}", kCase, notice), "", content};
}

inline store::Statement of_server(Timestamp time, const std::string& kind, const std::string& content,
                                  const std::string& address = "127.0.0.1") {
  return {time, time, "hunt", kind, "server", store::server_subject(address, 443), "", content};
}

inline std::string server_json(const std::string& address) {
  return fmt::format(R"({{"address":"{}","port":443}})", address);
}

inline store::Statement opened(Timestamp time, const std::vector<std::string>& addresses = {"127.0.0.1"},
                               const std::string& reason = "unpatched") {
  std::string servers;
  for (const std::string& address : addresses) servers += (servers.empty() ? "" : ",") + server_json(address);
  return of_case(time, "case-opened",
                 fmt::format(R"({{"organisation":"de-1","campaign":"{}","reason":"{}","servers":[{}]}})",
                             kCampaign, reason, servers));
}

inline store::Statement planned(Timestamp time, int notice = 1, const std::string& channel = "email") {
  return of_notice(
      time, "notice-planned",
      fmt::format(R"({{"channel":"{}","recipient":"it@example.org","language":"de","text":"unpatched"}})",
                  channel),
      notice);
}

inline store::Statement sending(Timestamp time, int attempt, int notice = 1) {
  return of_notice(time, "notice-sending", fmt::format(R"({{"message_id":"<m>","attempt":{}}})", attempt),
                   notice);
}

inline store::Statement tried(Timestamp time, const std::string& kind, int attempt, int notice = 1) {
  return of_notice(time, kind, fmt::format(R"({{"reply":"r{}","attempt":{}}})", attempt, attempt), notice);
}

inline store::Statement hunt(Timestamp time, bool door, const std::string& patched = "null",
                             const std::string& address = "127.0.0.1",
                             const std::string& campaign = kCampaign) {
  return of_server(time, "hunted",
                   fmt::format(R"({{"campaign":"{}","compromise":"{}","door_present":{},"patched":{}}})",
                               campaign, door ? "backdoored" : "no-evidence", door, patched),
                   address);
}

inline store::Statement patch_seen(Timestamp time, const std::string& address = "127.0.0.1") {
  return of_case(time, "patch-seen", server_json(address));
}

}  // namespace afterpatch::notify

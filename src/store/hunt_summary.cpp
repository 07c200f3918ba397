#include "store/hunt_summary.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "store/observation.h"
#include "store/rows.h"

namespace afterpatch::store {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool flag_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<Timestamp> time_at(const json::object& object, std::string_view key) {
  return parse_time(text_at(object, key));
}

int rank_of_confidence(const std::string& word) {
  constexpr std::array<std::string_view, 3> kRanks = {"possible", "likely", "confirmed"};
  const auto* found = std::find(kRanks.begin(), kRanks.end(), word);
  return found == kRanks.end() ? -1 : static_cast<int>(found - kRanks.begin());
}

void keep_earliest(std::optional<Timestamp>& kept, const std::optional<Timestamp>& given) {
  if (given && (!kept || *given < *kept)) kept = given;
}

// The worst stays; of equals the surer, then the campaign whose name comes first.
void take_compromise(HuntSummary& kept, Compromise compromise, const std::string& confidence,
                     const std::string& campaign) {
  const auto mine = std::tuple(compromise, rank_of_confidence(confidence));
  const auto theirs = std::tuple(kept.compromise, rank_of_confidence(kept.confidence));
  if (mine < theirs || (mine == theirs && campaign >= kept.campaign)) return;
  kept.compromise = compromise;
  kept.confidence = confidence;
  kept.campaign = campaign;
}

void take_times(HuntSummary& kept, Timestamp time) {
  keep_earliest(kept.first_said, time);
  if (!kept.last_said || time > *kept.last_said) kept.last_said = time;
  kept.hunted = kept.last_said;
}

// Statements come by time, so the last one to say it is the one that counts.
void take_hunt(HuntSummary& kept, const json::object& said) {
  const auto compromise = compromise_named(text_at(said, "compromise"));
  if (compromise) take_compromise(kept, *compromise, text_at(said, "confidence"), text_at(said, "campaign"));
  keep_earliest(kept.exploited, time_at(said, "exploited"));
  keep_earliest(kept.backdoored, time_at(said, "backdoored"));
  keep_earliest(kept.reentered, time_at(said, "reentered"));
  keep_earliest(kept.patched, time_at(said, "patched"));
  kept.door_present = flag_at(said, "door_present");
  kept.mail_accessed = kept.mail_accessed || flag_at(said, "mail_accessed");
  kept.credentials_exposed = kept.credentials_exposed || flag_at(said, "credentials_exposed");
  const std::string build = text_at(said, "build");
  if (!build.empty()) kept.build = build;
}

// A shell that answers was put there, whoever looked; when, and whether it was used, can't be seen from
// outside.
void take_sight(HuntSummary& kept, const json::object& said) {
  kept.door_present = flag_at(said, "door_present");
  if (kept.door_present) take_compromise(kept, Compromise::backdoored, "likely", text_at(said, "campaign"));
}

void take(HuntSummary& kept, const std::string& kind, Timestamp time, const json::object& said) {
  take_times(kept, time);
  if (kind == "hunted")
    take_hunt(kept, said);
  else
    take_sight(kept, said);
}

}  // namespace

HuntSummaries read_hunts(Database& database) {
  HuntSummaries summaries;
  std::string subject, kind, content;
  long long time = 0;
  // The last two, so that equal times have an order that does not depend on which came first.
  Rows rows(database,
            "SELECT subject, kind, time, content FROM statement WHERE kind IN ('hunted', 'door-seen') AND "
            "subject_kind = 'server' ORDER BY time, kind, content",
            Expect::many);
  rows.into(subject).into(kind).into(time).into(content);
  while (rows.next()) {
    const auto server = parse_server_subject(subject);
    boost::system::error_code error;
    const json::value said = json::parse(content, error);
    if (server && !error && said.is_object())
      take(summaries[*server], kind, to_time(time), said.get_object());
  }
  return summaries;
}

std::optional<ServerKey> parse_server_subject(std::string_view subject) {
  const std::size_t colon = subject.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view address = subject.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  const std::string_view digits = subject.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  const std::string canonical = canonical_address(address);
  if (canonical.empty()) return std::nullopt;
  return ServerKey{canonical, port};
}

}  // namespace afterpatch::store

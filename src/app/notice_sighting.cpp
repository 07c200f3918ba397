#include "app/notice_sighting.h"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

#include "notify/fields.h"
#include "situation/hunt_book.h"

namespace afterpatch::app {
namespace {

using boost::json::object;
using boost::json::value;

constexpr std::size_t kMostFindings = 10;

// What statements say of one server's break-in.
class BreakIn {
 public:
  void add(const store::Statement& said) {
    const object content = notify::read_object(said.content);
    if (said.kind == "hunted") {
      add_hunt(content, said.time);
    } else if (said.kind == "door-seen") {
      reported_ = std::max(reported_, std::optional(said.time));
      add_place(notify::text_of(content, "url"), said.time);
    }
  }

  void tell(Sighting& sighting) const {
    if (hunted_ || reported_) {
      sighting.method = hunted_ ? "hunt" : "report";
      sighting.seen = hunted_ ? hunted_ : reported_;
    }
    for (const auto& [place, time] : places_) {
      if (sighting.findings.size() < kMostFindings) sighting.findings.push_back({place, time});
    }
  }

 private:
  void add_hunt(const object& content, Timestamp time) {
    const auto compromise = store::compromise_named(notify::text_of(content, "compromise"));
    if (compromise && *compromise >= store::Compromise::exploited)
      hunted_ = std::max(hunted_, std::optional(time));
    for (const situation::Mark& mark : situation::marks_in(content))
      if (mark.kind == "door-path") add_place(mark.value, time);
  }

  void add_place(const std::string& place, Timestamp time) {
    if (!place.empty()) places_.emplace(place, time);
  }

  std::optional<Timestamp> hunted_, reported_;
  std::map<std::string, Timestamp> places_;
};

// Shadowserver's rows name themselves as the probe of their evidence (docs/store.md).
bool is_reported(const object& observation) {
  const value* evidence = observation.if_contains("evidence");
  return evidence != nullptr && evidence->is_array() &&
         std::ranges::any_of(evidence->get_array(), [](const value& one) {
           return one.is_object() && notify::text_of(one.get_object(), "probe") == "shadowserver";
         });
}

Result<std::string> method_of_scan(store::Store& store, const notify::ServerFacts& server) {
  if (!server.seen) return "scan";
  const auto content = store.content_at(server.address, server.port, *server.seen);
  if (!content) return std::unexpected(content.error());
  return is_reported(notify::read_object(*content)) ? "report" : "scan";
}

}  // namespace

Result<Sighting> sighting_of(store::Store& store, const notify::ServerFacts& server,
                             const std::string& reason) {
  Sighting sighting;
  sighting.seen = server.seen;
  const auto method = method_of_scan(store, server);
  if (!method) return std::unexpected(method.error());
  sighting.method = *method;
  if (reason == "unpatched") return sighting;
  store::StatementFilter filter;
  filter.subject_kind = "server";
  filter.subject = store::server_subject(server.address, server.port);
  BreakIn break_in;
  const auto read = store.ledger().for_each(
      filter, [&](std::int64_t, const store::Statement& said) { break_in.add(said); });
  if (!read) return std::unexpected(read.error());
  break_in.tell(sighting);
  return sighting;
}

}  // namespace afterpatch::app

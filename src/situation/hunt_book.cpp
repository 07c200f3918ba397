#include "situation/hunt_book.h"

#include <algorithm>
#include <tuple>

#include <boost/json.hpp>

namespace afterpatch::situation {
namespace {

namespace json = boost::json;
using store::Compromise;

constexpr std::size_t kMostMarks = 2000;  // of one server

struct Said {
  Timestamp time{};
  Timestamp received{};
  bool from_outside = false;
  std::string subject;
  json::object content;
};

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool flag_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

void keep_earliest(std::optional<Timestamp>& kept, const std::optional<Timestamp>& given) {
  if (given && (!kept || *given < *kept)) kept = given;
}

int rank_of(std::string_view confidence) {
  return confidence == "confirmed" ? 2 : confidence == "likely" ? 1 : confidence == "possible" ? 0 : -1;
}

void take_compromise(Compromise said, const std::string& confidence, HuntedServer& out) {
  const auto mine = std::tuple(said, rank_of(confidence));
  if (mine <= std::tuple(out.compromise, rank_of(out.confidence))) return;
  out.compromise = said;
  out.confidence = confidence;
}

// A shell that answers was put there, whoever looked (as store::Servers::refresh takes it).
void take_sight(HuntedServer& out) {
  if (out.door_present) take_compromise(Compromise::backdoored, "likely", out);
}

void take_hunt(const Said& said, HuntedServer& out) {
  out.hunted = true;
  if (const auto compromise = store::compromise_named(text_at(said.content, "compromise")))
    take_compromise(*compromise, text_at(said.content, "confidence"), out);
  keep_earliest(out.exploited, parse_time(text_at(said.content, "exploited")));
  keep_earliest(out.backdoored, parse_time(text_at(said.content, "backdoored")));
  keep_earliest(out.reentered, parse_time(text_at(said.content, "reentered")));
  for (Mark& mark : marks_in(said.content))
    if (out.marks.size() < kMostMarks) out.marks.push_back(std::move(mark));
}

void take(const Said& said, HuntBook& book) {
  HuntedServer& server = book.servers[said.subject];
  server.door_present = flag_at(said.content, "door_present");
  if (said.from_outside)
    take_sight(server);
  else
    take_hunt(said, server);
  if (server.compromise >= Compromise::exploited) keep_earliest(server.known, said.received);
  if (!book.last_received || said.received > *book.last_received) book.last_received = said.received;
}

Result<void> read(store::Store& store, const std::string& kind, const std::string& campaign,
                  const std::optional<Timestamp>& as_of, std::vector<Said>& out) {
  store::StatementFilter filter;
  filter.subject_kind = "server";
  filter.kind = kind;
  return store.ledger().for_each(filter, [&](std::int64_t, const store::Statement& statement) {
    if (as_of && statement.received > *as_of) return;
    boost::system::error_code error;
    json::value content = json::parse(statement.content, error);
    if (error || !content.is_object()) return;
    const std::string of = text_at(content.get_object(), "campaign");
    if (!campaign.empty() && !of.empty() && of != campaign) return;
    out.push_back({statement.time, statement.received, kind == "door-seen", statement.subject,
                   std::move(content.get_object())});
  });
}

}  // namespace

std::vector<Mark> marks_in(const json::object& content) {
  std::vector<Mark> found;
  const json::value* marks = content.if_contains("marks");
  if (marks == nullptr || !marks->is_array()) return found;
  for (const json::value& mark : marks->get_array()) {
    if (!mark.is_object() || found.size() >= kMostMarks) continue;
    Mark read{text_at(mark.get_object(), "kind"), text_at(mark.get_object(), "value")};
    if (!read.kind.empty() && !read.value.empty()) found.push_back(std::move(read));
  }
  return found;
}

Result<HuntBook> read_hunt_book(store::Store& store, const std::string& campaign,
                                const std::optional<Timestamp>& as_of) {
  std::vector<Said> said;
  for (const char* kind : {"hunted", "door-seen"})
    if (const auto done = read(store, kind, campaign, as_of, said); !done)
      return std::unexpected(done.error());
  // By time, so that the last word on a door is the last one, whatever the order of imports.
  std::stable_sort(said.begin(), said.end(), [](const Said& a, const Said& b) {
    return std::tie(a.time, a.received, a.subject) < std::tie(b.time, b.received, b.subject);
  });
  HuntBook book;
  for (const Said& one : said) take(one, book);
  return book;
}

}  // namespace afterpatch::situation

#include "web/victim_guide.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "knowledge/guide_filling.h"
#include "situation/hunt_book.h"
#include "store/store.h"
#include "web/answers.h"
#include "web/shared.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostValues = 50;
constexpr std::size_t kLongestValue = 300;  // of a path: longer ones are the intruder's doing

// The verdict's words that a guide's step may wait for (knowledge/campaign.h), as far as the case tells them.
std::vector<std::string> conditions_of(const store::CaseRow& row) {
  std::vector<std::string> words = {"always"};
  if (row.reason == "unpatched") words.insert(words.end(), {"unpatched", "can't-tell"});
  if (row.reason == "exploited") words.emplace_back("exploited");
  if (row.reason == "backdoored" || row.reason == "reentered")
    words.insert(words.end(), {"exploited", "backdoored"});
  if (row.reason == "reentered") words.emplace_back("re-entered");
  return words;
}

bool applies(const knowledge::GuideStep& step, const std::vector<std::string>& words) {
  return std::ranges::any_of(
      step.when, [&](const std::string& when) { return std::ranges::find(words, when) != words.end(); });
}

// What hunts and outside sights said of one server.
struct Marks {
  std::set<std::string> doors;
  std::set<std::string> addresses;
};

void take_marks(const store::Statement& statement, Marks& marks) {
  const json::value content = parsed(statement.content);
  if (!content.is_object()) return;
  for (const situation::Mark& mark : situation::marks_in(content.get_object())) {
    if (mark.value.size() > kLongestValue) continue;
    if (mark.kind == "door-path" && marks.doors.size() < kMostValues) marks.doors.insert(to_utf8(mark.value));
    if (mark.kind == "address" && marks.addresses.size() < kMostValues)
      marks.addresses.insert(to_utf8(mark.value));
  }
}

Result<void> read_marks(Context& context, const store::CaseServer& server, Marks& marks) {
  const auto take = [&](std::int64_t /*id*/, const store::Statement& statement) {
    if (statement.kind == "hunted" || statement.kind == "door-seen") take_marks(statement, marks);
  };
  return context.store.ledger().for_each(
      {"server", store::server_subject(server.address, server.port), "", 0}, take);
}

void take_earlier(std::optional<Timestamp>& earliest, const std::optional<Timestamp>& time) {
  if (time && (!earliest || *time < *earliest)) earliest = time;
}

Result<knowledge::GuideFacts> facts_of(Context& context, const std::string& number) {
  knowledge::GuideFacts facts;
  facts.not_known = knowledge::kNotYetKnown;
  facts.no_time = facts.not_known;
  const auto members = context.store.cases().servers_of(number);
  if (!members) return std::unexpected(members.error());
  Marks marks;
  std::optional<Timestamp> first;
  for (const store::CaseServer& member : *members) {
    const auto row = context.store.servers().server(member.address, member.port);
    if (!row) return std::unexpected(row.error());
    if (const auto read = read_marks(context, member, marks); !read) return std::unexpected(read.error());
    if (!*row) continue;
    facts.names.push_back((*row)->name.empty() ? (*row)->address : to_utf8((*row)->name));
    take_earlier(first, (*row)->exploited);
    take_earlier(first, (*row)->backdoored);
  }
  if (first) facts.first_evidence = to_minute_text(*first);
  facts.door_paths.assign(marks.doors.begin(), marks.doors.end());
  facts.attacker_addresses.assign(marks.addresses.begin(), marks.addresses.end());
  return facts;
}

json::object step_json(const knowledge::GuideStep& step, const knowledge::GuideFacts& facts) {
  const knowledge::FilledStep filled = knowledge::filled(step, facts);
  json::array commands;
  for (const std::string& command : filled.commands) commands.push_back(json::value(command));
  return {{"id", step.id},
          {"title", step.title},
          {"text", filled.text},
          {"commands", std::move(commands)},
          {"check", step.check}};
}

}  // namespace

Result<json::array> guide_of_case(Context& context, const knowledge::Campaign& campaign,
                                  const store::CaseRow& row) {
  const auto facts = facts_of(context, row.number);
  if (!facts) return std::unexpected(facts.error());
  json::array steps;
  const auto words = conditions_of(row);
  for (const knowledge::GuideStep& step : campaign.guide) {
    if (applies(step, words)) steps.push_back(step_json(step, *facts));
  }
  return steps;
}

}  // namespace afterpatch::web

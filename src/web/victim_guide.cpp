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

// What hunts and outside sights said of the case's servers.
struct Marks {
  std::set<std::string> doors;
  std::set<std::string> addresses;
};

void take(std::set<std::string>& values, const std::string& before, std::string_view value) {
  if (!value.empty() && value.size() <= kLongestValue && values.size() < kMostValues)
    values.insert(before + to_utf8(value));
}

// `place`: "mail2.example.org: ", where a case has several servers; a URL names its own.
void take_marks(const store::Statement& statement, const std::string& place, Marks& marks) {
  const json::value content = parsed(statement.content);
  if (!content.is_object()) return;
  for (const situation::Mark& mark : situation::marks_in(content.get_object())) {
    if (mark.kind == "door-path") take(marks.doors, place, mark.value);
    if (mark.kind == "address") take(marks.addresses, "", mark.value);
  }
  const json::value* url = content.get_object().if_contains("url");
  if (statement.kind == "door-seen" && url != nullptr && url->is_string())
    take(marks.doors, "", std::string_view(url->get_string()));
}

Result<void> read_marks(Context& context, const store::ServerRow& server, const std::string& place,
                        Marks& marks) {
  const auto add = [&](std::int64_t /*id*/, const store::Statement& statement) {
    if (statement.kind == "hunted" || statement.kind == "door-seen") take_marks(statement, place, marks);
  };
  return context.store.ledger().for_each(
      {"server", store::server_subject(server.address, server.port), "", 0}, add);
}

std::string name_of(const store::ServerRow& row) {
  return row.name.empty() ? row.address : to_utf8(row.name);
}

std::optional<Timestamp> first_evidence(const store::ServerRow& row) {
  if (!row.exploited || !row.backdoored) return row.exploited ? row.exploited : row.backdoored;
  return std::min(*row.exploited, *row.backdoored);
}

// The case's servers that the store knows, the one with the first evidence before the others.
Result<std::vector<store::ServerRow>> servers_of(Context& context, const std::string& number) {
  const auto members = context.store.cases().servers_of(number);
  if (!members) return std::unexpected(members.error());
  std::vector<store::ServerRow> rows;
  for (const store::CaseServer& member : *members) {
    auto row = context.store.servers().server(member.address, member.port);
    if (!row) return std::unexpected(row.error());
    if (*row) rows.push_back(std::move(**row));
  }
  std::ranges::stable_sort(
      rows, {}, [](const store::ServerRow& row) { return first_evidence(row).value_or(Timestamp::max()); });
  return rows;
}

Result<knowledge::GuideFacts> facts_of(Context& context, const std::string& number) {
  knowledge::GuideFacts facts;
  facts.not_known = knowledge::kNotYetKnown;
  facts.no_time = facts.not_known;
  const auto rows = servers_of(context, number);
  if (!rows) return std::unexpected(rows.error());
  Marks marks;
  for (const store::ServerRow& row : *rows) {
    facts.names.push_back(name_of(row));
    const std::string place = rows->size() > 1 ? name_of(row) + ": " : std::string();
    if (const auto read = read_marks(context, row, place, marks); !read) return std::unexpected(read.error());
  }
  if (!rows->empty())
    if (const auto first = first_evidence(rows->front())) facts.first_evidence = to_minute_text(*first);
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

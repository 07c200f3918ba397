#include "app/notify_show.h"

#include <boost/json.hpp>

#include <limits>
#include <map>
#include <ostream>

#include <fmt/format.h>

#include "app/give_up.h"
#include "app/notice_desk.h"
#include "base/file.h"
#include "notify/case_book.h"
#include "notify/fields.h"
#include "notify/message/lists.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using notify::CasePicture;
using store::NoticeRow;

using Counts = std::map<std::string, std::uint64_t>;

struct Standing {
  Counts cases, notices;
};

Result<Standing> standing_of(store::Store& store) {
  Standing standing;
  auto read = store.cases().for_each([&](const store::CaseRow& row) { ++standing.cases[row.state]; });
  if (!read) return std::unexpected(read.error());
  for (const char* state : {"planned", "approved", "sending", "in-doubt", "sent", "delivered", "bounced",
                            "failed", "cancelled"}) {
    const auto rows = store.cases().due(state, Timestamp::max(), std::numeric_limits<std::uint32_t>::max());
    if (!rows) return std::unexpected(rows.error());
    if (!rows->empty()) standing.notices[state] = rows->size();
  }
  return standing;
}

json::object counts_json(const Counts& counts) {
  json::object out;
  for (const auto& [name, count] : counts) out[name] = count;
  return out;
}

std::string counts_text(const std::string& title, const Counts& counts) {
  std::string out = title + "\n";
  for (const auto& [name, count] : counts) out += fmt::format("  {:<14} {:>8}\n", name, count);
  return counts.empty() ? out + "  none\n" : out;
}

std::string when(const std::optional<Timestamp>& time) {
  return time ? to_minute_text(*time) : "-";
}

void show_case(const CasePicture& picture, std::ostream& out) {
  const store::CaseRow& row = picture.row;
  out << escape_terminal(
             fmt::format("{}  {}  {}  {}", row.number, row.organisation, row.campaign, row.reason))
      << '\n'
      << fmt::format("  {} since {}\n", row.state, to_minute_text(row.state_since));
  const std::vector<std::pair<const char*, std::optional<Timestamp>>> moments = {
      {"opened", row.opened},
      {"held until", row.held_until},
      {"notified", row.notified},
      {"reached", row.reached},
      {"acknowledged", row.acknowledged},
      {"patched", row.patched},
      {"hunted", row.hunted},
      {"clean", row.clean},
      {"re-check due", row.recheck_due}};
  for (const auto& [name, time] : moments) out << fmt::format("  {:<13} {}\n", name, when(time));
  for (const store::CaseServer& server : picture.servers)
    out << "  server        " << escape_terminal(store::server_subject(server.address, server.port)) << '\n';
  for (const NoticeRow& notice : picture.notices) {
    out << escape_terminal(fmt::format("  {}  {} to {}: {}, sent {}", notice.id, notice.channel,
                                       notice.recipient, notice.state, when(notice.sent)))
        << '\n'
        << "      " << escape_terminal(notice.why) << '\n';
    if (!notice.last_error.empty()) out << "      " << escape_terminal(notice.last_error) << '\n';
  }
}

json::object notice_json(const NoticeRow& notice) {
  return {{"id", notice.id},
          {"channel", notice.channel},
          {"recipient", notice.recipient},
          {"language", notice.language},
          {"text", notice.text},
          {"state", notice.state},
          {"why", notice.why},
          {"sent", notify::time_or_null(notice.sent)},
          {"attempts", notice.attempts},
          {"last_error", notice.last_error}};
}

json::object case_json(const CasePicture& picture) {
  const store::CaseRow& row = picture.row;
  json::array servers;
  for (const store::CaseServer& server : picture.servers)
    servers.emplace_back(store::server_subject(server.address, server.port));
  json::array notices;
  for (const NoticeRow& notice : picture.notices) notices.push_back(notice_json(notice));
  return {{"case", row.number},
          {"organisation", row.organisation},
          {"campaign", row.campaign},
          {"reason", row.reason},
          {"state", row.state},
          {"state_since", notify::time_or_null(row.state_since)},
          {"opened", notify::time_or_null(row.opened)},
          {"held_until", notify::time_or_null(row.held_until)},
          {"notified", notify::time_or_null(row.notified)},
          {"reached", notify::time_or_null(row.reached)},
          {"acknowledged", notify::time_or_null(row.acknowledged)},
          {"patched", notify::time_or_null(row.patched)},
          {"hunted", notify::time_or_null(row.hunted)},
          {"clean", notify::time_or_null(row.clean)},
          {"recheck_due", notify::time_or_null(row.recheck_due)},
          {"servers", std::move(servers)},
          {"notices", std::move(notices)}};
}

// "rechecked-clean" and "rechecked-not-clean" are one kind with two results.
store::Statement operators_word(const NotifyCase& command, Timestamp now) {
  json::object content = {{"by", command.job.by}};
  std::string kind = command.say;
  if (kind.starts_with("rechecked-")) {
    content["result"] = kind.substr(std::string_view("rechecked-").size());
    kind = "rechecked";
  }
  if (!command.why.empty()) content["why"] = command.why;
  return {now, now, operator_source(command.job), kind, "case", command.number, "", json::serialize(content)};
}

notify::PhoneEntry phone_entry(const NoticeRow& notice) {
  const json::object content = notify::read_object(notice.content);
  notify::PhoneEntry entry;
  entry.case_number = notice.case_number;
  entry.notice_id = notice.id;
  entry.organisation = notify::text_of(content, "organisation");
  entry.contact = notify::text_of(content, "person");
  entry.phone = notice.recipient;
  entry.language = notice.language;
  entry.country = notify::text_of(content, "country");
  entry.reason = notice.text;
  entry.why = notice.why;
  const json::value* servers = content.if_contains("servers");
  if (servers == nullptr || !servers->is_array() || servers->get_array().empty()) return entry;
  const json::array& list = servers->get_array();
  if (list.front().is_object()) {
    entry.server = notify::text_of(list.front().get_object(), "name");
    if (entry.server.empty()) entry.server = notify::text_of(list.front().get_object(), "address");
  }
  if (list.size() > 1) entry.server += fmt::format(" and {} more", list.size() - 1);
  return entry;
}

}  // namespace

const std::vector<std::string>& operator_words() {
  static const std::vector<std::string> kWords = {
      "acknowledged",    "wrong-contact",       "patched",     "mitigated",    "need-help", "clean-said",
      "rechecked-clean", "rechecked-not-clean", "case-closed", "case-reopened"};
  return kWords;
}

int run_notify_status(const NotifyJob& job, std::ostream& out, std::ostream& err) {
  auto store = open_store(job.store);
  if (!store) return give_up(store.error(), err);
  const auto standing = standing_of(**store);
  if (!standing) return give_up(standing.error(), err);
  if (job.json)
    out << json::serialize(json::object{{"cases", counts_json(standing->cases)},
                                        {"notices", counts_json(standing->notices)}})
        << '\n';
  else
    out << counts_text("Cases", standing->cases) << counts_text("Notices", standing->notices);
  return kSuccess;
}

int run_notify_case(const NotifyCase& command, std::ostream& out, std::ostream& err) {
  auto store = open_store(command.job.store);
  if (!store) return give_up(store.error(), err);
  const auto known = (*store)->cases().victim_case(command.number);
  if (!known) return give_up(known.error(), err);
  if (!*known)
    return give_up({"there is no such case", command.number, "see: afterpatch notify status"}, err);
  if (!command.say.empty()) {
    if (auto kept = notify::record(**store, {operators_word(command, now_utc())}); !kept)
      return give_up(kept.error(), err);
  }
  const auto picture = notify::look_up(**store, command.number);
  if (!picture) return give_up(picture.error(), err);
  if (command.job.json)
    out << json::serialize(case_json(*picture)) << '\n';
  else
    show_case(*picture, out);
  return kSuccess;
}

int run_notify_effect(const NotifyJob& job, std::ostream& out, std::ostream& err) {
  auto store = open_store(job.store);
  if (!store) return give_up(store.error(), err);
  const auto cases = notify::read_effect_cases(**store);
  if (!cases) return give_up(cases.error(), err);
  const notify::Effect effect = notify::effect_of(*cases, now_utc());
  out << (job.json ? effect_json(effect) + "\n" : effect_text(effect));
  return kSuccess;
}

int run_notify_letters(const NotifyList& command, std::ostream& out, std::ostream& err) {
  const auto desk = open_desk(command.job);
  if (!desk) return give_up(desk.error(), err);
  const auto approved = choose_notices(*(*desk)->store, {}, true, "approved");
  if (!approved) return give_up(approved.error(), err);
  std::vector<notify::Letter> letters;
  for (const NoticeRow& notice : *approved) {
    if (notice.channel != "letter" || notice.not_before.value_or(Timestamp{}) > now_utc()) continue;
    auto letter = (*desk)->composer->letter(notice);
    if (!letter) return give_up(letter.error(), err);
    letters.push_back(std::move(*letter));
  }
  if (letters.empty())
    return give_up({"no letter is approved and due", "", "see: afterpatch notify status"}, err);
  const auto pdf = notify::write_letters((*desk)->composer->library(), (*desk)->config.agency, letters);
  if (!pdf) return give_up(pdf.error(), err);
  if (auto written = write_file(command.file, *pdf); !written) return give_up(written.error(), err);
  out << fmt::format("{} letters. When they are posted: afterpatch notify done ID... --by NAME\n",
                     letters.size());
  return kSuccess;
}

int run_notify_phone_list(const NotifyList& command, std::ostream& out, std::ostream& err) {
  auto store = open_store(command.job.store);
  if (!store) return give_up(store.error(), err);
  const auto approved = choose_notices(**store, {}, true, "approved");
  if (!approved) return give_up(approved.error(), err);
  std::vector<notify::PhoneEntry> entries;
  for (const NoticeRow& notice : *approved) {
    if (notice.channel == "phone") entries.push_back(phone_entry(notice));
  }
  const std::string table = notify::write_phone_list(entries);
  if (command.file == "-") {
    out << table;
    return kSuccess;
  }
  if (auto written = write_file(command.file, table); !written) return give_up(written.error(), err);
  out << fmt::format("{} calls. When they are made: afterpatch notify done ID... --by NAME\n",
                     entries.size());
  return kSuccess;
}

int run_notify_done(const NotifyDone& command, std::ostream& out, std::ostream& err) {
  auto store = open_store(command.job.store);
  if (!store) return give_up(store.error(), err);
  const auto notices = choose_notices(**store, command.notices, command.all, "approved");
  if (!notices) return give_up(notices.error(), err);
  std::vector<store::Statement> statements;
  const Timestamp now = now_utc();
  for (const NoticeRow& notice : *notices) {
    if (notice.channel != "letter" && notice.channel != "phone") continue;
    const json::object content = {{"attempt", notice.attempts + 1}, {"reply", "by " + command.job.by}};
    statements.push_back({now, now, operator_source(command.job), "notice-sent", "notice", notice.id,
                          "done:" + notice.id, json::serialize(content)});
  }
  if (auto kept = notify::record(**store, statements); !kept) return give_up(kept.error(), err);
  out << fmt::format("{} letters and calls count as sent.\n", statements.size());
  return kSuccess;
}

}  // namespace afterpatch::app

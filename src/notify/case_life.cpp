#include "notify/case_life.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "notify/case_fold.h"
#include "notify/fields.h"
#include "notify/notice_life.h"

namespace afterpatch::notify {
namespace {

using store::NoticeRow;
using store::Statement;
using Statements = std::vector<const Statement*>;

// Of things said of one moment, what others need comes first, so that no order of arrival shows.
int order_in_a_moment(const std::string& kind) {
  constexpr std::array<std::string_view, 9> kFirst = {"case-opened",    "server-added",     "patch-seen",
                                                      "notice-planned", "notice-approved",  "notice-sending",
                                                      "notice-sent",    "notice-delivered", "went-silent"};
  return static_cast<int>(std::ranges::find(kFirst, kind) - kFirst.begin());
}

Statements in_order_of_time(Statements statements) {
  const auto key = [](const Statement* said) {
    return std::tuple(said->time, order_in_a_moment(said->kind), std::tie(said->kind, said->subject),
                      std::tie(said->source, said->content));
  };
  std::ranges::sort(statements, [&](const Statement* a, const Statement* b) { return key(a) < key(b); });
  return statements;
}

ServerStates servers_of(const Statements& statements) {
  ServerStates servers;
  for (const Statement* said : statements) {
    if (said->kind != "case-opened" && said->kind != "server-added") continue;
    for (const auto& place : servers_named(read_object(said->content))) servers.try_emplace(place);
  }
  return servers;
}

std::string campaign_of(const Statements& statements) {
  const auto opened = std::ranges::find(statements, "case-opened", &Statement::kind);
  return opened == statements.end() ? std::string() : text_of(read_object((*opened)->content), "campaign");
}

Statements of_this_case(const std::string& number, const std::vector<Statement>& statements) {
  Statements own;
  for (const Statement& said : statements) {
    const bool about_case = said.subject_kind == "case" && said.subject == number;
    const bool about_notice = said.subject_kind == "notice" && case_of_notice(said.subject) == number;
    if (about_case || about_notice || said.subject_kind == "server") own.push_back(&said);
  }
  return own;
}

std::vector<NoticeRow> notices_of(const Statements& statements) {
  std::map<std::string, std::vector<Statement>> by_notice;
  for (const Statement* said : statements) {
    if (said->subject_kind == "notice") by_notice[said->subject].push_back(*said);
  }
  std::vector<NoticeRow> rows;
  for (const auto& [id, about] : by_notice) {
    NoticeRow row = notice_as_it_stands(id, about);
    if (!row.state.empty()) rows.push_back(std::move(row));
  }
  std::ranges::sort(rows, {}, [](const NoticeRow& row) { return std::pair(row.id.size(), row.id); });
  return rows;
}

// The channel of the last notice that went out, the text of the first.
void tell_channel(store::CaseRow& row, const std::vector<NoticeRow>& notices) {
  const NoticeRow* first = nullptr;
  const NoticeRow* last = nullptr;
  for (const NoticeRow& notice : notices) {
    if (!notice.sent) continue;
    if (first == nullptr || *notice.sent < *first->sent) first = &notice;
    if (last == nullptr || *notice.sent >= *last->sent) last = &notice;
  }
  if (first == nullptr) return;
  row.channel = last->channel;
  row.text = first->text;
}

}  // namespace

int reason_rank(const std::string& reason) {
  constexpr std::array<std::string_view, 5> kReasons = {"", "unpatched", "exploited", "backdoored",
                                                        "reentered"};
  const auto* found = std::ranges::find(kReasons, reason);
  return found == kReasons.end() ? 0 : static_cast<int>(found - kReasons.begin());
}

CasePicture case_as_it_stands(const std::string& number, const std::vector<Statement>& statements) {
  const Statements said = in_order_of_time(of_this_case(number, statements));
  const ServerStates servers = servers_of(said);
  CaseFold fold(number, campaign_of(said), servers);
  for (const Statement* one : said) fold.tell(*one);
  CasePicture picture;
  picture.row = fold.row();
  if (picture.row.state.empty()) return picture;
  for (const auto& [place, state] : servers) picture.servers.push_back({number, place.first, place.second});
  picture.notices = notices_of(said);
  tell_channel(picture.row, picture.notices);
  return picture;
}

}  // namespace afterpatch::notify

#include "notify/notice_life.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <tuple>

#include "notify/fields.h"

namespace afterpatch::notify {
namespace {

using store::NoticeRow;
using store::Statement;

// What can be said of one try to send, from least to most certain, and the state that follows.
struct TryWord {
  std::string_view kind;
  std::string_view state;
};
constexpr std::array<TryWord, 5> kTryWords = {{{"notice-sending", "sending"},
                                               {"notice-in-doubt", "in-doubt"},
                                               {"notice-deferred", "approved"},
                                               {"notice-failed", "failed"},
                                               {"notice-sent", "sent"}}};

int certainty(const std::string& kind) {
  const auto* found = std::ranges::find(kTryWords, kind, &TryWord::kind);
  return found == kTryWords.end() ? -1 : static_cast<int>(found - kTryWords.begin());
}

// What counts most among statements about tries: sent at all, else the last try, and of that the most
// certain.
auto weight(const Statement& statement) {
  return std::tuple(statement.kind == "notice-sent", number_of(read_object(statement.content), "attempt"),
                    certainty(statement.kind), statement.time, statement.content);
}

void earlier(std::optional<Timestamp>& moment, Timestamp time) {
  if (!moment || time < *moment) moment = time;
}

void tell_plan(NoticeRow& row, const Statement& statement) {
  const boost::json::object plan = read_object(statement.content);
  row.state = "planned";
  row.channel = text_of(plan, "channel");
  row.recipient = text_of(plan, "recipient");
  row.language = text_of(plan, "language");
  row.text = text_of(plan, "text");
  row.why = text_of(plan, "why");
  row.planned = statement.time;
  row.not_before = time_of(plan, "not_before");
  const boost::json::value* content = plan.if_contains("content");
  if (content != nullptr && content->is_object()) row.content = boost::json::serialize(*content);
}

void tell_tries(NoticeRow& row, const std::vector<const Statement*>& tries) {
  if (tries.empty()) return;
  for (const Statement* said : tries)
    row.attempts = std::max(row.attempts, number_of(read_object(said->content), "attempt"));
  const Statement& last = **std::ranges::max_element(
      tries, [](const Statement* a, const Statement* b) { return weight(*a) < weight(*b); });
  const boost::json::object content = read_object(last.content);
  row.state = kTryWords.at(static_cast<std::size_t>(certainty(last.kind))).state;
  if (last.kind == "notice-sent") row.sent = last.time;
  if (last.kind == "notice-failed") row.ended = last.time;
  if (last.kind == "notice-deferred") row.not_before = time_of(content, "not_before");
  if (last.kind != "notice-sent" && last.kind != "notice-sending") row.last_error = text_of(content, "reply");
}

// The moment and the message id of the last time that bytes went out.
void tell_last_sending(NoticeRow& row, const std::vector<const Statement*>& tries) {
  const Statement* last = nullptr;
  for (const Statement* said : tries) {
    if (said->kind == "notice-sending" && (last == nullptr || weight(*last) < weight(*said))) last = said;
  }
  if (last == nullptr) return;
  row.sending = last->time;
  row.message_id = text_of(read_object(last->content), "message_id");
}

// What came back from beyond the operator's mail server. It proves that the notice was sent.
void tell_return(NoticeRow& row, const Statement& last) {
  const boost::json::object content = read_object(last.content);
  row.state = last.kind == "notice-bounced" ? "bounced" : "delivered";
  row.ended = last.time;
  if (!row.sent) row.sent = row.sending;
  if (last.kind == "notice-bounced")
    row.last_error = (text_of(content, "status") + " " + text_of(content, "text")).substr(0, 1000);
}

// Statements about one notice, sorted by what they are about.
struct Said {
  const Statement* plan = nullptr;
  const Statement* cancelled = nullptr;
  const Statement* returned = nullptr;
  std::optional<Timestamp> approved;
  std::vector<const Statement*> tries;
};

const Statement* first_of(const Statement* known, const Statement& said) {
  if (known == nullptr) return &said;
  return std::tie(said.time, said.content) < std::tie(known->time, known->content) ? &said : known;
}

const Statement* last_return(const Statement* known, const Statement& said) {
  const auto key = [](const Statement& one) {
    return std::tuple(one.time, one.kind == "notice-bounced", one.content);
  };
  return known == nullptr || key(*known) < key(said) ? &said : known;
}

Said sort_out(const std::vector<Statement>& statements) {
  Said out;
  for (const Statement& said : statements) {
    if (said.kind == "notice-planned") out.plan = first_of(out.plan, said);
    if (said.kind == "notice-cancelled") out.cancelled = first_of(out.cancelled, said);
    if (said.kind == "notice-approved") earlier(out.approved, said.time);
    if (said.kind == "notice-bounced" || said.kind == "notice-delivered")
      out.returned = last_return(out.returned, said);
    if (certainty(said.kind) >= 0) out.tries.push_back(&said);
  }
  return out;
}

// Whoever cancels can't call back what may be out.
void tell_cancelled(NoticeRow& row, const Statement& cancelled) {
  if (row.state != "planned" && row.state != "approved" && row.state != "failed") return;
  row.state = "cancelled";
  row.ended = cancelled.time;
}

}  // namespace

std::string case_of_notice(const std::string& id) {
  const std::size_t dot = id.rfind('.');
  return dot == std::string::npos ? std::string() : id.substr(0, dot);
}

NoticeRow notice_as_it_stands(const std::string& id, const std::vector<Statement>& statements) {
  NoticeRow row;
  row.id = id;
  row.case_number = case_of_notice(id);
  const Said said = sort_out(statements);
  if (said.plan == nullptr) return row;
  tell_plan(row, *said.plan);
  row.approved = said.approved;
  if (said.approved) row.state = "approved";
  tell_last_sending(row, said.tries);
  tell_tries(row, said.tries);
  if (said.cancelled != nullptr) tell_cancelled(row, *said.cancelled);
  if (said.returned != nullptr) tell_return(row, *said.returned);
  return row;
}

}  // namespace afterpatch::notify

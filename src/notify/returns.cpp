#include "notify/returns.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "notify/case_book.h"

namespace afterpatch::notify {
namespace {

using store::Statement;

constexpr std::size_t kMostTextBytes = 4096;

std::string kind_of_answer(ReturnedKind kind) {
  if (kind == ReturnedKind::auto_reply) return "auto-reply";
  return kind == ReturnedKind::abuse_desk ? "abuse-desk" : "person";
}

std::string shown(const std::string& text) {
  return to_utf8(std::string_view(text).substr(0, kMostTextBytes));
}

Statement said(const Returned& returned, Timestamp now, const std::string& kind,
               const boost::json::object& content) {
  const bool of_case = kind == "answered";
  return {now,
          now,
          "mail",
          kind,
          of_case ? "case" : "notice",
          of_case ? returned.case_number : returned.notice_id,
          "mail:" + returned.digest,
          boost::json::serialize(content)};
}

void count(const Returned& returned, bool is_kept, ReturnCounts& counts) {
  ++counts.read;
  if (returned.case_number.empty() || returned.about_archive)
    ++counts.foreign;
  else if (!returned.proven)
    ++counts.unproven;
  else if (!is_kept)
    ++counts.delays;
  else if (returned.kind == ReturnedKind::bounce)
    ++counts.bounced;
  else if (returned.kind == ReturnedKind::delivered)
    ++counts.delivered;
  else if (returned.kind == ReturnedKind::auto_reply)
    ++counts.auto_replies;
  else if (returned.kind == ReturnedKind::abuse_desk)
    ++counts.desk_answers;
  else
    ++counts.persons;
}

}  // namespace

std::optional<Statement> statement_of(const Returned& returned, Timestamp now) {
  if (!returned.proven || returned.about_archive || returned.case_number.empty()) return std::nullopt;
  if (returned.kind == ReturnedKind::delay) return std::nullopt;
  if (returned.kind == ReturnedKind::bounce || returned.kind == ReturnedKind::delivered) {
    if (returned.notice_id.empty()) return std::nullopt;
    const bool bounced = returned.kind == ReturnedKind::bounce;
    return said(returned, now, bounced ? "notice-bounced" : "notice-delivered",
                {{"status", shown(returned.status)}, {"text", shown(returned.text)}});
  }
  return said(returned, now, "answered",
              {{"kind", kind_of_answer(returned.kind)},
               {"notice", returned.notice_id},
               {"text", shown(returned.text)}});
}

Result<ReturnCounts> take_returns(store::Store& store, Mailbox& mailbox, const NoticeMarks& marks,
                                  const ReturnedSettings& settings, Timestamp now) {
  ReturnCounts counts;
  const auto read = mailbox.for_each_new([&](const std::string& message) -> Result<void> {
    const Returned returned = read_returned(message, marks, settings);
    const auto statement = statement_of(returned, now);
    if (statement) {
      if (auto kept = record(store, {*statement}); !kept) return kept;
    }
    count(returned, statement.has_value(), counts);
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return counts;
}

}  // namespace afterpatch::notify

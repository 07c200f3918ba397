#include "store/case_rows.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "store/rows.h"

namespace afterpatch::store {
namespace {

using soci::into;
using soci::use;

template <std::size_t kCount>
std::string listed(const std::array<std::string_view, kCount>& columns, std::string_view before) {
  std::string out;
  for (const std::string_view column : columns)
    out += fmt::format("{}{}{}", out.empty() ? "" : ", ", before, column);
  return out;
}

template <std::size_t kCount>
std::string upsert(std::string_view table, const std::array<std::string_view, kCount>& columns) {
  std::string changes;
  for (const std::string_view column : columns) {
    if (column != columns[0])
      changes += fmt::format("{}{} = excluded.{}", changes.empty() ? "" : ", ", column, column);
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}", table,
                     listed(columns, ""), listed(columns, ":"), columns[0], changes);
}

// A moment that may be absent, as SOCI binds it.
struct Moment {
  long long number = 0;
  soci::indicator known = soci::i_null;

  void set(const std::optional<Timestamp>& time) {
    known = time ? soci::i_ok : soci::i_null;
    number = time ? to_number(*time) : 0;
  }
  std::optional<Timestamp> get() const {
    return known == soci::i_ok ? std::optional(to_time(number)) : std::nullopt;
  }
};

// The variables that a row goes through, in the order of the columns.
struct CaseBinding {
  CaseRow row;
  long long state_since = 0, opened = 0;
  Moment held_until, notified, reached, acknowledged, patched, hunted, clean, recheck_due;

  void load(const CaseRow& from) {
    row = from;
    state_since = to_number(from.state_since);
    opened = to_number(from.opened);
    held_until.set(from.held_until);
    notified.set(from.notified);
    reached.set(from.reached);
    acknowledged.set(from.acknowledged);
    patched.set(from.patched);
    hunted.set(from.hunted);
    clean.set(from.clean);
    recheck_due.set(from.recheck_due);
  }

  CaseRow stored() const {
    CaseRow out = row;
    out.state_since = to_time(state_since);
    out.opened = to_time(opened);
    out.held_until = held_until.get();
    out.notified = notified.get();
    out.reached = reached.get();
    out.acknowledged = acknowledged.get();
    out.patched = patched.get();
    out.hunted = hunted.get();
    out.clean = clean.get();
    out.recheck_due = recheck_due.get();
    return out;
  }

  template <typename Each>
  void each_column(Each each) {
    each(row.number), each(row.organisation), each(row.campaign), each(row.reason), each(row.state);
    each(state_since), each(opened), each(held_until), each(notified), each(reached), each(acknowledged);
    each(patched), each(hunted), each(clean), each(recheck_due), each(row.channel), each(row.text);
  }
};

struct NoticeBinding {
  NoticeRow row;
  Moment planned, approved, not_before, sending, sent, ended;
  long long attempts = 0;

  void load(const NoticeRow& from) {
    row = from;
    planned.set(from.planned);
    approved.set(from.approved);
    not_before.set(from.not_before);
    sending.set(from.sending);
    sent.set(from.sent);
    ended.set(from.ended);
    attempts = from.attempts;
  }

  NoticeRow stored() const {
    NoticeRow out = row;
    out.planned = planned.get();
    out.approved = approved.get();
    out.not_before = not_before.get();
    out.sending = sending.get();
    out.sent = sent.get();
    out.ended = ended.get();
    out.attempts = attempts;
    return out;
  }

  template <typename Each>
  void each_column(Each each) {
    each(row.id), each(row.case_number), each(row.channel), each(row.recipient), each(row.language);
    each(row.text), each(row.state), each(row.why), each(row.message_id), each(planned), each(approved);
    each(not_before), each(sending), each(sent), each(ended), each(attempts), each(row.last_error);
    each(row.content);
  }
};

// Binds what a statement reads or writes, one variable after the other.
struct Using {
  soci::statement& statement;
  void operator()(Moment& moment) const { statement.exchange(use(moment.number, moment.known)); }
  void operator()(auto& value) const { statement.exchange(use(value)); }
};
struct Into {
  soci::statement& statement;
  void operator()(Moment& moment) const { statement.exchange(into(moment.number, moment.known)); }
  void operator()(auto& value) const { statement.exchange(into(value)); }
};

void make_ready(soci::statement& statement, const std::string& text) {
  statement.alloc();
  statement.prepare(text);
  statement.define_and_bind();
}

template <typename Binding, typename Row>
void put_all(soci::session& session, const std::string& text, const std::vector<Row>& rows) {
  Binding binding;
  soci::statement statement(session);
  binding.each_column(Using{statement});
  make_ready(statement, text);
  for (const Row& row : rows) {
    binding.load(row);
    statement.execute(true);
  }
}

// Runs a query and calls `visit` with each row.
template <typename Binding, typename Row>
void read_all(soci::session& session, const std::string& text, const Conditions& conditions,
              const std::function<void(const Row&)>& visit) {
  Binding binding;
  soci::statement statement(session);
  binding.each_column(Into{statement});
  conditions.bind(statement);
  make_ready(statement, text);
  statement.execute();
  while (statement.fetch()) visit(binding.stored());
}

}  // namespace

std::string listed_case_columns(std::string_view before) {
  return listed(kCaseColumns, before);
}
std::string listed_notice_columns() {
  return listed(kNoticeColumns, "");
}

void put_rows(soci::session& session, const std::vector<CaseRow>& rows) {
  put_all<CaseBinding>(session, upsert("victim_case", kCaseColumns), rows);
}
void put_rows(soci::session& session, const std::vector<NoticeRow>& rows) {
  put_all<NoticeBinding>(session, upsert("notice", kNoticeColumns), rows);
}

void read_rows(soci::session& session, const std::string& query, const Conditions& conditions,
               const std::function<void(const CaseRow&)>& visit) {
  read_all<CaseBinding>(session, query, conditions, visit);
}
void read_rows(soci::session& session, const std::string& query, const Conditions& conditions,
               const std::function<void(const NoticeRow&)>& visit) {
  read_all<NoticeBinding>(session, query, conditions, visit);
}

std::string_view by_bytes(soci::session& session) {
  return session.get_backend_name() == "postgresql" ? " COLLATE \"C\"" : "";
}

long long as_count(std::uint64_t number) {
  return static_cast<long long>(std::min<std::uint64_t>(number, std::numeric_limits<long long>::max()));
}

}  // namespace afterpatch::store

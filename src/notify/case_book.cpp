#include "notify/case_book.h"

#include <algorithm>
#include <set>

#include "notify/case_fold.h"
#include "notify/fields.h"
#include "notify/notice_life.h"

namespace afterpatch::notify {
namespace {

using store::Statement;
using store::StatementFilter;

StatementFilter about(const std::string& kind, const std::string& subject) {
  StatementFilter filter;
  filter.subject_kind = kind;
  filter.subject = subject;
  return filter;
}

Result<void> append(store::Store& store, const StatementFilter& filter, std::vector<Statement>& out) {
  return store.ledger().for_each(filter, [&](std::int64_t, const Statement& said) { out.push_back(said); });
}

// Notices are numbered from 1 without gaps.
Result<void> append_notices(store::Store& store, const std::string& number, std::vector<Statement>& out) {
  for (int i = 1;; ++i) {
    const std::size_t before = out.size();
    if (auto read = append(store, about("notice", number + "." + std::to_string(i)), out); !read) return read;
    if (out.size() == before) return {};
  }
}

Result<void> append_servers(store::Store& store, std::vector<Statement>& out) {
  std::set<std::string> subjects;
  for (const Statement& said : out) {
    if (said.kind != "case-opened" && said.kind != "server-added") continue;
    for (const auto& [address, port] : servers_named(read_object(said.content)))
      subjects.insert(store::server_subject(address, port));
  }
  for (const std::string& subject : subjects) {
    if (auto read = append(store, about("server", subject), out); !read) return read;
  }
  return {};
}

Result<void> keep(store::Store& store, const CasePicture& picture) {
  if (picture.row.state.empty()) return {};
  if (auto put = store.cases().put_cases({picture.row}); !put) return put;
  if (auto put = store.cases().put_case_servers(picture.servers); !put) return put;
  return store.cases().put_notices(picture.notices);
}

// Cases whose rows may change by what is said.
Result<std::set<std::string>> touched(store::Store& store, const std::vector<Statement>& statements) {
  std::set<std::string> numbers;
  for (const Statement& said : statements) {
    if (said.subject_kind == "case") numbers.insert(said.subject);
    if (said.subject_kind == "notice") numbers.insert(case_of_notice(said.subject));
    if (said.subject_kind != "server") continue;
    const auto cases = store.cases().cases_of(said.subject);
    if (!cases) return std::unexpected(cases.error());
    numbers.insert(cases->begin(), cases->end());
  }
  return numbers;
}

}  // namespace

Result<CasePicture> look_up(store::Store& store, const std::string& number) {
  std::vector<Statement> said;
  if (auto read = append(store, about("case", number), said); !read) return std::unexpected(read.error());
  if (auto read = append_notices(store, number, said); !read) return std::unexpected(read.error());
  if (auto read = append_servers(store, said); !read) return std::unexpected(read.error());
  return case_as_it_stands(number, said);
}

Result<void> refresh_cases(store::Store& store, const std::vector<std::string>& numbers) {
  for (const std::string& number : numbers) {
    const auto picture = look_up(store, number);
    if (!picture) return std::unexpected(picture.error());
    if (auto kept = keep(store, *picture); !kept) return kept;
  }
  return {};
}

Result<void> record(store::Store& store, const std::vector<Statement>& statements,
                    const std::function<Result<void>()>& first) {
  return store.together([&]() -> Result<void> {
    if (first) {
      if (auto allowed = first(); !allowed) return allowed;
    }
    const auto added = store.ledger().add(statements);
    if (!added) return std::unexpected(added.error());
    const auto numbers = touched(store, statements);
    if (!numbers) return std::unexpected(numbers.error());
    return refresh_cases(store, {numbers->begin(), numbers->end()});
  });
}

Result<void> replay(store::Store& store) {
  StatementFilter filter;
  filter.kind = "case-opened";
  std::set<std::string> numbers;
  const auto read = store.ledger().for_each(
      filter, [&](std::int64_t, const Statement& said) { numbers.insert(said.subject); });
  if (!read) return read;
  return store.together([&]() -> Result<void> {
    if (auto cleared = store.cases().clear(); !cleared) return cleared;
    return refresh_cases(store, {numbers.begin(), numbers.end()});
  });
}

}  // namespace afterpatch::notify

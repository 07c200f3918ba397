// Lists that only the console asks for.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/cases.h"

namespace afterpatch::store {

class Database;

// What is empty does not filter. `search` is part of id, recipient, or the organisation's id or name, any
// case.
struct NoticeQuery {
  std::string search, state, channel, campaign;
  std::string sort =
      "id";  // id case_number channel recipient language state planned sent; another is an error
  bool descending = false;
  std::uint64_t offset = 0, limit = 100;
};
struct NoticePage {
  std::vector<std::string> ids;  // of this page, in order
  std::uint64_t total = 0;
  std::map<std::string, std::uint64_t> states;  // how many are in each, under all filters but `state`
};

// Part of a Store, which owns it. Not thread-safe.
class ConsoleLists {
 public:
  explicit ConsoleLists(Database& database) : database_(database) {}

  Result<NoticePage> find_notices(const NoticeQuery& query);
  Result<std::vector<CaseToken>> tokens_of(const std::string& case_number);  // by issue
  Result<void> revoke_tokens_of(const std::string& case_number);

 private:
  Database& database_;
};

}  // namespace afterpatch::store

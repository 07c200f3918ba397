// Organisations with the counts of their servers and their newest case, in memory: made once whenever the
// store has changed, then searched and sorted as often as wanted.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "store/store.h"

namespace afterpatch::web {

struct OrganisationEntry {
  std::string id, name, country, region, sector;
  std::uint64_t servers = 0;
  std::uint64_t open = 0;                                        // present, and unpatched or unsupported
  store::Compromise compromise = store::Compromise::not_hunted;  // the worst
  std::string case_number, case_state;
};

struct OrganisationList {
  std::vector<OrganisationEntry> entries;                 // by id
  std::unordered_map<std::string, std::size_t> position;  // by id
  const OrganisationEntry* find(const std::string& id) const;
  std::string name_of(const std::string& id) const;  // empty if there is none
};

struct OrganisationQuery {
  std::string search, country, region, sector;           // what is empty does not filter
  std::optional<std::unordered_set<std::string>> among;  // ids
  std::string sort = "id";                               // a member's name
  bool descending = false;
};
// Pointers into `list`, in order; entries that are alike in the sorted member by id.
std::vector<const OrganisationEntry*> select(const OrganisationList& list, const OrganisationQuery& query);

// Thread-safe. Memory: about 300 bytes an organisation.
class OrganisationTable {
 public:
  // As of `mark` (Shared::mark), read from `store` if it is not known yet.
  Result<std::shared_ptr<const OrganisationList>> list(store::Store& store, const std::string& mark);

 private:
  std::mutex mutex_;
  std::string mark_;
  std::shared_ptr<const OrganisationList> list_;
};

}  // namespace afterpatch::web

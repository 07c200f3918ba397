#include "web/organisation_table.h"

#include <algorithm>

#include "base/text.h"
#include "web/answers.h"

namespace afterpatch::web {
namespace {

using store::Compromise;

OrganisationEntry* entry_of(OrganisationList& list, const std::string& id) {
  const auto found = list.position.find(id);
  return found == list.position.end() ? nullptr : &list.entries[found->second];
}

Result<void> read_names(OrganisationList& list, store::Store& store) {
  return store.directory().for_each_organisation([&](const store::OrganisationRow& row) {
    list.position[row.id] = list.entries.size();
    list.entries.push_back(
        {row.id, row.name, row.country, row.region, row.sector, 0, 0, Compromise::not_hunted, "", ""});
  });
}

bool is_open(const std::string& exposure) {
  return exposure == "unpatched" || exposure == "unsupported";
}

Result<void> count_servers(OrganisationList& list, store::Store& store) {
  const auto groups = store.servers().count_by({"organisation", "exposure", "present", "compromise"}, {});
  if (!groups) return std::unexpected(groups.error());
  for (const store::ServerGroup& group : *groups) {
    OrganisationEntry* entry = entry_of(list, group.values[0]);
    if (entry == nullptr) continue;
    entry->servers += group.servers;
    if (is_open(group.values[1]) && group.values[2] == "true") entry->open += group.servers;
    entry->compromise =
        std::max(entry->compromise, parse_compromise_word(group.values[3]).value_or(Compromise::not_hunted));
  }
  return {};
}

Result<void> read_cases(OrganisationList& list, store::Store& store) {
  return store.cases().for_each([&](const store::CaseRow& row) {
    OrganisationEntry* entry = entry_of(list, row.organisation);
    if (entry == nullptr) return;
    entry->case_number = row.number;
    entry->case_state = row.state;
  });
}

bool has_part(const OrganisationEntry& entry, const std::string& part) {
  return contains_ignoring_case(entry.id, part) || contains_ignoring_case(entry.name, part);
}

bool fits(const OrganisationEntry& entry, const OrganisationQuery& query) {
  const auto same = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || wanted == is;
  };
  if (query.among && !query.among->contains(entry.id)) return false;
  return same(query.country, entry.country) && same(query.region, entry.region) &&
         same(query.sector, entry.sector) && (query.search.empty() || has_part(entry, query.search));
}

template <typename Key>
void sort_by(std::vector<const OrganisationEntry*>& entries, Key key, bool descending) {
  std::ranges::stable_sort(entries, [&](const auto* a, const auto* b) {
    return descending ? (b->*key) < (a->*key) : (a->*key) < (b->*key);
  });
}

}  // namespace

const OrganisationEntry* OrganisationList::find(const std::string& id) const {
  const auto found = position.find(id);
  return found == position.end() ? nullptr : &entries[found->second];
}

std::string OrganisationList::name_of(const std::string& id) const {
  const OrganisationEntry* entry = find(id);
  return entry == nullptr ? std::string() : entry->name;
}

std::vector<const OrganisationEntry*> select(const OrganisationList& list, const OrganisationQuery& query) {
  std::vector<const OrganisationEntry*> out;
  for (const OrganisationEntry& entry : list.entries)
    if (fits(entry, query)) out.push_back(&entry);
  const bool down = query.descending;
  if (query.sort == "name") sort_by(out, &OrganisationEntry::name, down);
  if (query.sort == "country") sort_by(out, &OrganisationEntry::country, down);
  if (query.sort == "region") sort_by(out, &OrganisationEntry::region, down);
  if (query.sort == "sector") sort_by(out, &OrganisationEntry::sector, down);
  if (query.sort == "servers") sort_by(out, &OrganisationEntry::servers, down);
  if (query.sort == "open") sort_by(out, &OrganisationEntry::open, down);
  if (query.sort == "compromise") sort_by(out, &OrganisationEntry::compromise, down);
  if (query.sort == "id" && down) std::ranges::reverse(out);
  return out;
}

Result<std::shared_ptr<const OrganisationList>> OrganisationTable::list(store::Store& store,
                                                                        const std::string& mark) {
  const std::lock_guard lock(mutex_);
  if (list_ && mark == mark_) return list_;
  auto fresh = std::make_shared<OrganisationList>();
  auto done = read_names(*fresh, store);
  if (done) done = count_servers(*fresh, store);
  if (done) done = read_cases(*fresh, store);
  if (!done) return std::unexpected(done.error());
  mark_ = mark;
  list_ = std::move(fresh);
  return list_;
}

}  // namespace afterpatch::web

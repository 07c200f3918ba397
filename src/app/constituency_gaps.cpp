#include "app/constituency_gaps.h"

#include <algorithm>
#include <map>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

#include "app/constituency_register.h"
#include "app/exit_status.h"
#include "app/give_up.h"
#include "constituency/contact_ladder.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::Contact;
using constituency::Organisation;

struct Count {
  std::uint64_t servers = 0;
  std::uint64_t open = 0;  // seen on the last day, unpatched or without any fix
};
using Counts = std::map<std::string, Count>;

struct Gaps {
  Counts without_owner;    // by AS, or address if that is not known
  Counts without_contact;  // by organisation
  Counts stale;            // by organisation: all that is known is stale
  Counts undated;          // by organisation: nobody knows how old its contacts are
  Counts conflicts;        // by the organisations that have a claim
  Counts by_host_only;     // by provider
};

void add(Counts& counts, const std::string& key, bool open) {
  Count& count = counts[key];
  ++count.servers;
  count.open += open ? 1 : 0;
}

enum class ContactState { none, stale, undated, fine };

ContactState state_of(const Organisation& organisation, Timestamp now) {
  if (organisation.contacts.empty()) return ContactState::none;
  const auto is_dated = [](const Contact& contact) { return contact.learnt.has_value(); };
  const auto is_fresh = [&](const Contact& contact) {
    return contact.learnt && now - *contact.learnt <= constituency::kRegisterStaleAfter;
  };
  if (std::ranges::any_of(organisation.contacts, is_fresh)) return ContactState::fine;
  return std::ranges::any_of(organisation.contacts, is_dated) ? ContactState::stale : ContactState::undated;
}

bool is_open(const store::ServerRow& row) {
  return row.present && (row.exposure == "unpatched" || row.exposure == "unsupported");
}

using ServerKey = std::pair<std::string, std::uint16_t>;

class GapFinder {
 public:
  explicit GapFinder(const Register& known)
      : known_(known), now_(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())) {}

  void note_owner(const store::OwnerRow& row) {
    boost::system::error_code code;
    const json::value others = json::parse(row.others, code);
    if (code || !others.is_array() || others.get_array().empty()) return;
    std::vector<std::string> claimants = {row.organisation};
    for (const json::value& other : others.get_array()) {
      if (other.is_string()) claimants.emplace_back(other.get_string());
    }
    conflicts_[{row.address, row.port}] = fmt::format("{}", fmt::join(claimants, ", "));
  }

  void note_server(const store::ServerRow& row) {
    const bool open = is_open(row);
    if (const auto conflict = conflicts_.find({row.address, row.port}); conflict != conflicts_.end())
      add(gaps_.conflicts, conflict->second, open);
    const Organisation* owner = known_.find(row.organisation);
    if (owner == nullptr)
      return add(gaps_.without_owner, row.network.empty() ? row.address : row.network, open);
    if (owner->provider) add(gaps_.by_host_only, owner->id, open);
    const ContactState state = state_of(*owner, now_);
    if (state == ContactState::none) add(gaps_.without_contact, owner->id, open);
    if (state == ContactState::stale) add(gaps_.stale, owner->id, open);
    if (state == ContactState::undated) add(gaps_.undated, owner->id, open);
  }

  Gaps take() { return std::move(gaps_); }

 private:
  const Register& known_;
  Timestamp now_;
  std::map<ServerKey, std::string> conflicts_;
  Gaps gaps_;
};

Result<Gaps> find_gaps(store::Store& store, const Register& known) {
  if (const auto refreshed = store.servers().refresh(); !refreshed) return std::unexpected(refreshed.error());
  GapFinder finder(known);
  const auto owners = store.directory().for_each_owner([&](const auto& row) { finder.note_owner(row); });
  if (!owners) return std::unexpected(owners.error());
  const auto servers = store.servers().for_each({}, [&](const auto& row) { finder.note_server(row); });
  if (!servers) return std::unexpected(servers.error());
  return finder.take();
}

std::vector<std::pair<std::string, Count>> worst_first(const Counts& counts) {
  std::vector<std::pair<std::string, Count>> rows(counts.begin(), counts.end());
  std::ranges::stable_sort(rows, [](const auto& a, const auto& b) {
    return std::pair(a.second.open, a.second.servers) > std::pair(b.second.open, b.second.servers);
  });
  return rows;
}

struct Section {
  const char* key;
  const char* title;
  const Counts* counts;
};

std::vector<Section> sections(const Gaps& gaps) {
  return {{"without_owner", "Servers without an owner, by network", &gaps.without_owner},
          {"conflicts", "Servers that several organisations claim", &gaps.conflicts},
          {"without_contact", "Organisations without any contact", &gaps.without_contact},
          {"stale", "Organisations of whom every contact is stale", &gaps.stale},
          {"undated", "Organisations of whom no contact has a date", &gaps.undated},
          {"by_host_only", "Servers known only by their provider", &gaps.by_host_only}};
}

std::string name_of(const Register& known, const std::string& key) {
  const Organisation* organisation = known.find(key);
  return organisation == nullptr ? std::string() : "  " + organisation->name;
}

void print_text(const Gaps& gaps, const Register& known, std::uint64_t most, std::ostream& out) {
  for (const Section& section : sections(gaps)) {
    Count all;
    for (const auto& [key, count] : *section.counts) {
      all.servers += count.servers;
      all.open += count.open;
    }
    out << fmt::format("{}: {} servers, {} of them open\n", section.title, all.servers, all.open);
    const auto rows = worst_first(*section.counts);
    for (std::size_t i = 0; i < rows.size() && i < most; ++i) {
      const auto& [key, count] = rows[i];
      out << fmt::format("  {:>6} open {:>6} in all  {}\n", count.open, count.servers,
                         escape_terminal(key + name_of(known, key), 200));
    }
    if (rows.size() > most) out << fmt::format("  and {} more (--format json has all)\n", rows.size() - most);
  }
}

void print_json(const Gaps& gaps, std::ostream& out) {
  json::object object;
  for (const Section& section : sections(gaps)) {
    json::array& rows = object[section.key].emplace_array();
    for (const auto& [key, count] : worst_first(*section.counts))
      rows.push_back(json::object{{"key", key}, {"servers", count.servers}, {"open", count.open}});
  }
  out << json::serialize(object) << '\n';
}

}  // namespace

int run_constituency_gaps(const ConstituencyGaps& command, std::ostream& out, std::ostream& err) {
  const auto store = store::Store::open(command.store);
  if (!store) return give_up(store.error(), err);
  const auto known = load_register(**store);
  if (!known) return give_up(known.error(), err);
  const auto gaps = find_gaps(**store, *known);
  if (!gaps) return give_up(gaps.error(), err);
  command.json ? print_json(*gaps, out) : print_text(*gaps, *known, command.most, out);
  return kSuccess;
}

}  // namespace afterpatch::app

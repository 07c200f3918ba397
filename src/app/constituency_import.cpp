#include "app/constituency_import.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "app/constituency_register.h"
#include "app/exit_status.h"
#include "app/give_up.h"
#include "base/file.h"
#include "base/text.h"
#include "constituency/organisation_csv.h"
#include "constituency/organisation_json.h"

namespace afterpatch::app {
namespace {

using constituency::Contact;
using constituency::Organisation;
using constituency::OrganisationList;
using constituency::PublicSuffixes;

constexpr std::size_t kMostListBytes = 512U << 20U;
constexpr std::size_t kMostShown = 10;

Result<std::string> read_input(const std::string& file) {
  if (file != "-") return read_file(file, kMostListBytes);
  std::string text;
  std::vector<char> block(1U << 16U);
  while (std::cin.read(block.data(), static_cast<std::streamsize>(block.size())) || std::cin.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > kMostListBytes) return fail("longer than 512 MiB", "standard input", {});
  }
  return text;
}

std::string short_name(const std::string& file) {
  return file == "-" ? "standard input" : file.substr(file.rfind('/') + 1);
}

Result<OrganisationList> read_list(const std::string& file, const PublicSuffixes& suffixes) {
  const auto text = read_input(file);
  if (!text) return std::unexpected(text.error());
  std::string_view start = *text;
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  start = trim(start);
  const bool json = start.starts_with('{') || start.starts_with('[');
  return json ? constituency::read_organisations_json(*text, short_name(file), suffixes)
              : constituency::read_organisations_csv(*text, short_name(file), suffixes);
}

// A contact without a date is as old as the first list that had it.
void date_contacts(Organisation& organisation, const Organisation* known, Timestamp now) {
  for (Contact& contact : organisation.contacts) {
    if (contact.learnt) continue;
    contact.learnt = now;
    if (known == nullptr) continue;
    const auto same = std::ranges::find_if(known->contacts, [&](const Contact& other) {
      return other.channel == contact.channel && other.value == contact.value &&
             other.postal == contact.postal;
    });
    if (same != known->contacts.end() && same->learnt) contact.learnt = same->learnt;
  }
}

struct Changes {
  std::vector<store::Statement> statements;
  std::vector<store::OrganisationRow> rows;
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
};

Changes changes_of(OrganisationList& list, const Register& known, const std::string& source, Timestamp now) {
  Changes changes;
  for (Organisation& organisation : list.organisations) {
    const Organisation* before = known.find(organisation.id);
    date_contacts(organisation, before, now);
    if (before != nullptr && *before == organisation) {
      ++changes.unchanged;
      continue;
    }
    ++(before == nullptr ? changes.added : changes.changed);
    changes.rows.push_back(organisation_row(organisation));
    changes.statements.push_back({.time = now,
                                  .received = now,
                                  .source = source,
                                  .kind = "listed",
                                  .subject_kind = "organisation",
                                  .subject = organisation.id,
                                  .content = changes.rows.back().content});
  }
  return changes;
}

void show_faults(const OrganisationList& list, std::ostream& err) {
  const std::size_t shown = std::min(list.faults.size(), kMostShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& fault = list.faults[i];
    err << "afterpatch: note: " << (fault.whole_row ? "row" : "value")
        << " left out: " << escape_terminal(to_string(fault.error)) << '\n';
  }
  const std::uint64_t all = list.rows_left_out + list.values_left_out;
  if (all > shown) err << "afterpatch: note: and " << all - shown << " more like these\n";
}

Result<void> keep(store::Store& store, const Changes& changes) {
  return store.together([&]() -> Result<void> {
    if (const auto added = store.ledger().add(changes.statements); !added)
      return std::unexpected(added.error());
    return store.directory().put_organisations(changes.rows);
  });
}

Result<std::string> import_file(const ConstituencyImport& command, store::Store& store,
                                const std::string& file, std::ostream& err) {
  const auto known = load_register(store);
  if (!known) return std::unexpected(known.error());
  auto list = read_list(file, known->suffixes);
  if (!list) return std::unexpected(list.error());
  show_faults(*list, err);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const Changes changes = changes_of(*list, *known, command.source, now);
  if (!command.dry_run) {
    if (const auto kept = keep(store, changes); !kept) return std::unexpected(kept.error());
  }
  return fmt::format(
      "{}: {} organisations: {} new, {} changed, {} as before; {} rows and {} values left out{}",
      short_name(file), list->organisations.size(), changes.added, changes.changed, changes.unchanged,
      list->rows_left_out, list->values_left_out, command.dry_run ? " (nothing written)" : "");
}

}  // namespace

int run_constituency_import(const ConstituencyImport& command, std::ostream& out, std::ostream& err) {
  const auto store = store::Store::open(command.store);
  if (!store) return give_up(store.error(), err);
  for (const std::string& file : command.files) {
    const auto imported = import_file(command, **store, file, err);
    if (!imported) return give_up(imported.error(), err);
    out << escape_terminal(*imported) << '\n' << std::flush;
  }
  if (!command.dry_run)
    out << "Next: afterpatch constituency attribute --store " << escape_terminal(command.store) << '\n';
  return kSuccess;
}

}  // namespace afterpatch::app

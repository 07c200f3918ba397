#include "app/constituency_ask.h"

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <set>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/clock.h"
#include "app/constituency_contacts.h"
#include "app/exit_status.h"
#include "app/give_up.h"
#include "app/notify_job.h"
#include "base/escape.h"
#include "base/text.h"
#include "constituency/security_txt_fetch.h"
#include "notify/plan.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::FoundContacts;
using constituency::Organisation;
using constituency::ServerSigns;

constexpr std::size_t kMostVisited = 3;  // domains of one organisation that are asked for a security.txt
constexpr std::size_t kMostShown = 5;    // notes

struct Counts {
  std::uint64_t organisations = 0;
  std::uint64_t answers = 0;   // of registries and web servers, with contacts or without
  std::uint64_t contacts = 0;  // in them
  std::uint64_t failed = 0;
  std::uint64_t fresh = 0;    // not asked, since the answer that is there is young enough
  std::uint64_t domains = 0;  // whose mail exchangers were found
  std::uint64_t domains_failed = 0;
  std::vector<std::string> notes;
};

// Servers that somebody must hear of, by their organisation.
Result<std::map<std::string, std::vector<ServerSigns>>> servers_of_concern(store::Store& store) {
  std::map<std::string, std::vector<ServerSigns>> servers;
  const auto read = store.servers().for_each({}, [&](const store::ServerRow& row) {
    if (row.organisation.empty() || !notify::is_of_concern(row)) return;
    if (auto signs = signs_of(row)) servers[row.organisation].push_back(std::move(*signs));
  });
  if (!read) return std::unexpected(read.error());
  return servers;
}

class Asker {
 public:
  Asker(const ConstituencyContacts& command, store::Store& store)
      : command_(command), store_(store), now_(std::chrono::floor<std::chrono::seconds>(now_utc())) {}

  Result<Counts> run() {
    if (const auto refreshed = store_.servers().refresh(); !refreshed)
      return std::unexpected(refreshed.error());
    auto servers = servers_of_concern(store_);
    if (!servers) return std::unexpected(servers.error());
    if (const auto opened = open(); !opened) return std::unexpected(opened.error());
    for (const auto& [id, signs] : *servers) {
      const Organisation* organisation = book_->known().find(id);
      if (organisation == nullptr) continue;
      ++counts_.organisations;
      if (const auto asked = ask(*organisation, signs); !asked) return std::unexpected(asked.error());
    }
    if (!command_.dns.ask) return counts_;
    if (const auto asked = ask_exchangers(*servers); !asked) return std::unexpected(asked.error());
    return counts_;
  }

 private:
  Result<void> open() {
    auto book = ContactBook::open(store_);
    if (!book) return std::unexpected(book.error());
    book_ = std::move(*book);
    auto registry = Registry::open(command_.registry, book_->known().suffixes);
    if (!registry) return std::unexpected(registry.error());
    registry_ = std::move(*registry);
    return {};
  }

  bool is_fresh(const std::optional<Timestamp>& asked) {
    const bool fresh = asked && now_ - *asked < std::chrono::days(command_.fresh_days);
    counts_.fresh += fresh ? 1 : 0;
    return fresh;
  }

  // One organisation; what was learnt is kept before the next one is asked about.
  Result<void> ask(const Organisation& organisation, const std::vector<ServerSigns>& servers) {
    std::vector<store::Statement> learnt;
    if (command_.registry.ask || !command_.registry.cache.empty())
      ask_registries(organisation, servers, learnt);
    if (command_.registry.visit) visit(organisation, learnt);
    const auto added = store_.ledger().add(learnt);
    return added ? Result<void>() : std::unexpected(added.error());
  }

  void ask_registries(const Organisation& organisation, const std::vector<ServerSigns>& servers,
                      std::vector<store::Statement>& learnt) {
    std::set<std::string> asked;  // places, in this run
    for (const ServerSigns& server : servers) {
      if (!is_internal(server.address) && !is_fresh(book_->asked(organisation.id, server.address)))
        take(organisation, registry_->network_of(server.address), asked, learnt);
      const std::string as = fmt::format("RDAP AS{}", server.as_number);
      if (server.as_number != 0 && asked.insert(as).second && !is_fresh(book_->asked(organisation.id, as)))
        take(organisation, registry_->as_of(server.as_number), asked, learnt);
    }
  }

  void take(const Organisation& organisation, const Result<const constituency::RdapEntry*>& answer,
            std::set<std::string>& asked, std::vector<store::Statement>& learnt) {
    if (!answer) return note(to_string(answer.error()));
    if (*answer == nullptr || !(*answer)->holder) return;
    const Organisation& holder = *(*answer)->holder;
    FoundContacts found;
    found.from = holder.networks.empty() ? fmt::format("RDAP AS{}", holder.as_numbers.front())
                                         : "RDAP " + to_string(holder.networks.front());
    if (!holder.networks.empty() && !asked.insert(found.from).second) return;
    for (constituency::Contact contact : holder.contacts) {
      if (contact.rung == constituency::Rung::post_and_phone) continue;  // of the provider, not of the victim
      if (contact.person.empty()) contact.person = holder.name;
      found.contacts.push_back(std::move(contact));
    }
    keep("rdap", organisation, found, learnt);
  }

  void visit(const Organisation& organisation, std::vector<store::Statement>& learnt) {
    const std::size_t domains = std::min(organisation.domains.size(), kMostVisited);
    for (std::size_t i = 0; i < domains; ++i) {
      constituency::SecurityTxt asked;
      asked.domain = organisation.domains[i];
      FoundContacts found = constituency::found_in(asked);
      if (is_fresh(book_->asked(organisation.id, found.from))) continue;
      const auto file =
          constituency::fetch_security_txt(registry_->web(), asked.domain, book_->known().suffixes, now_);
      if (file) found = constituency::found_in(*file);
      if (!file) found.failed = to_string(file.error());
      keep("security-txt", organisation, found, learnt);
    }
  }

  void keep(const std::string& source, const Organisation& organisation, const FoundContacts& found,
            std::vector<store::Statement>& learnt) {
    if (!found.failed.empty()) note(found.from + ": " + found.failed);
    counts_.answers += found.failed.empty() ? 1 : 0;
    counts_.contacts += found.contacts.size();
    learnt.push_back({.time = now_,
                      .received = now_,
                      .source = source,
                      .kind = "contacts-found",
                      .subject_kind = "organisation",
                      .subject = organisation.id,
                      .content = constituency::to_json(found)});
  }

  void note(std::string text) {
    ++counts_.failed;
    if (counts_.notes.size() < kMostShown) counts_.notes.push_back(std::move(text));
  }

  // Of the domains of all mail contacts, those with them that were just learnt.
  Result<void> ask_exchangers(const std::map<std::string, std::vector<ServerSigns>>& servers) {
    auto book = ContactBook::open(store_);
    if (!book) return std::unexpected(book.error());
    book_ = std::move(*book);
    std::set<std::string> domains;
    for (const auto& [id, signs] : servers) {
      const Organisation* organisation = book_->known().find(id);
      if (organisation == nullptr) continue;
      for (const auto& step : book_->ladder(*organisation, signs, {}, now_)) {
        if (step.contact.channel != constituency::Channel::email) continue;
        if (auto domain = constituency::domain_of_mail_address(step.contact.value)) domains.insert(*domain);
      }
    }
    std::erase_if(domains, [&](const std::string& domain) { return is_fresh(book_->mail_asked(domain)); });
    return keep_exchangers({domains.begin(), domains.end()});
  }

  Result<void> keep_exchangers(const std::vector<std::string>& domains) {
    const auto questions = NameQuestions::open(command_.dns);
    if (!questions) return std::unexpected(questions.error());
    std::vector<store::Statement> learnt;
    for (const auto& mail : (*questions)->mail_exchangers(domains)) {
      ++(mail ? counts_.domains : counts_.domains_failed);
      if (!mail) continue;
      learnt.push_back({.time = now_,
                        .received = now_,
                        .source = "dns",
                        .kind = "mail-exchangers",
                        .subject_kind = "domain",
                        .subject = mail->domain,
                        .content = constituency::to_json(*mail)});
    }
    const auto added = store_.ledger().add(learnt);
    return added ? Result<void>() : std::unexpected(added.error());
  }

  const ConstituencyContacts& command_;
  store::Store& store_;
  Timestamp now_;
  std::unique_ptr<ContactBook> book_;
  std::unique_ptr<Registry> registry_;
  Counts counts_;
};

void print_text(const Counts& counts, std::ostream& out) {
  out << fmt::format("{} organisations with servers of concern\n", counts.organisations);
  out << fmt::format("{} answers of registries and web servers with {} contacts; {} gave none\n",
                     counts.answers, counts.contacts, counts.failed);
  out << fmt::format("mail exchangers of {} domains; {} could not be told\n", counts.domains,
                     counts.domains_failed);
  if (counts.fresh != 0) out << fmt::format("{} were asked lately and not again\n", counts.fresh);
  for (const std::string& note : counts.notes) out << "note: " << escape_terminal(note, 400) << '\n';
}

void print_json(const Counts& counts, std::ostream& out) {
  out << json::serialize(json::object{{"organisations", counts.organisations},
                                      {"answers", counts.answers},
                                      {"contacts", counts.contacts},
                                      {"failed", counts.failed},
                                      {"fresh", counts.fresh},
                                      {"domains", counts.domains},
                                      {"domains_failed", counts.domains_failed},
                                      {"notes", json::array(counts.notes.begin(), counts.notes.end())}})
      << '\n';
}

}  // namespace

int run_constituency_contacts(const ConstituencyContacts& command, std::ostream& out, std::ostream& err) {
  const bool asks = command.registry.ask || !command.registry.cache.empty() || command.registry.visit;
  if (!asks && !command.dns.ask)
    return give_up({"nothing is to be asked", "", "give --rdap, --security-txt or --mail-exchangers"}, err);
  const auto store = open_store(command.store);
  if (!store) return give_up(store.error(), err);
  const auto counts = Asker(command, **store).run();
  if (!counts) return give_up(counts.error(), err);
  command.json ? print_json(*counts, out) : print_text(*counts, out);
  return kSuccess;
}

}  // namespace afterpatch::app

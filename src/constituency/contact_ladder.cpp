#include "constituency/contact_ladder.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::constituency {
namespace {

constexpr std::array<std::string_view, 4> kRoleNames = {"security", "abuse", "postmaster", "info"};

std::chrono::microseconds stale_after(Rung rung) {
  const bool registry = rung == Rung::network || rung == Rung::autonomous_system;
  return registry ? kRegistryStaleAfter : kRegisterStaleAfter;
}

// Where the hit servers' own mail domains are.
class HitDomains {
 public:
  HitDomains(const Organisation& organisation, const HitServers& hit, const PublicSuffixes& suffixes)
      : hit_(hit), suffixes_(suffixes) {
    if (!organisation.provider && !hit.addresses.empty()) {
      for (const std::string& domain : organisation.domains) own_.insert(suffixes.registrable(domain));
    }
    for (const std::string& text : hit.names) {
      const auto name = host_name(text);
      if (!name) continue;
      names_.insert(*name);
      if (const std::string domain = suffixes.registrable(*name); !domain.empty())
        domains_.emplace(domain, *name);
    }
  }

  // Why mail to `domain` may end on a hit server; empty if nothing says so.
  std::string reason(const std::string& domain) const {
    const std::string registered = suffixes_.registrable(domain);
    if (const auto same = domains_.find(registered); same != domains_.end())
      return "same domain as the hit server " + same->second;
    const auto exchangers = hit_.exchangers.find(domain);
    const bool known = exchangers != hit_.exchangers.end() && !exchangers->second.empty();
    if (known) {
      for (const std::string& exchanger : exchangers->second) {
        if (is_hit(exchanger)) return fmt::format("its mail exchanger {} is a hit server", exchanger);
      }
    }
    if (!own_.contains(registered)) return {};
    // What stands in DNS is often a filter in front of the organisation's own server.
    return known ? fmt::format(
                       "the organisation's own domain: its mail enters at {}, and may lie on the hit "
                       "server behind it",
                       exchangers->second.front())
                 : "the organisation's own domain, and where its mail lies is not known";
  }

 private:
  bool is_hit(const std::string& exchanger) const {
    if (const auto name = host_name(exchanger); name && names_.contains(*name)) return true;
    const auto found = hit_.exchanger_addresses.find(exchanger);
    return found != hit_.exchanger_addresses.end() &&
           std::ranges::any_of(found->second, [this](const Address& address) {
             return std::ranges::find(hit_.addresses, address) != hit_.addresses.end();
           });
  }

  const HitServers& hit_;
  const PublicSuffixes& suffixes_;
  std::set<std::string> names_;
  std::set<std::string> own_;  // registrable domains of an organisation that runs a hit server itself
  std::map<std::string, std::string> domains_;  // registrable domain, and the name that shows it
};

void say_age(LadderStep& step, Timestamp now) {
  if (!step.contact.learnt) {
    step.age = "age unknown";
    return;
  }
  const auto age = std::max(now - *step.contact.learnt, std::chrono::microseconds(0));
  step.stale = age > stale_after(step.contact.rung);
  step.age = age < std::chrono::hours(24) ? "learnt today"
                                          : fmt::format("learnt {} days ago", age / std::chrono::hours(24));
}

LadderStep step_of(Contact contact, Timestamp now) {
  LadderStep step;
  step.contact = std::move(contact);
  say_age(step, now);
  return step;
}

void add_security_txt(std::vector<LadderStep>& steps, const SecurityTxt& file, Timestamp now) {
  for (const Contact& contact : file.contacts) {
    LadderStep step = step_of(contact, now);
    step.note = file.signature_seen ? "PGP-signed, signature not checked" : "not signed";
    if (!file.expires) step.note += ", says no Expires";
    if (file.expires && *file.expires < now) {
      step.stale = true;
      step.age = "expired on " + to_date_text(*file.expires);
    }
    steps.push_back(std::move(step));
  }
}

// What makes two contacts the same.
std::pair<Channel, std::string> identity_of(const Contact& contact) {
  std::string value = to_lower_ascii(contact.value);
  for (const std::string& line : contact.postal) value += "\n" + line;
  return {contact.channel, std::move(value)};
}

void drop_repeated(std::vector<LadderStep>& steps) {
  std::set<std::pair<Channel, std::string>> seen;
  std::erase_if(steps,
                [&](const LadderStep& step) { return !seen.insert(identity_of(step.contact)).second; });
}

}  // namespace

std::vector<Contact> role_contacts(const Organisation& organisation) {
  std::vector<Contact> contacts;
  const std::size_t domains = std::min(organisation.domains.size(), kMostRoleDomains);
  for (const std::string_view role : kRoleNames) {
    for (std::size_t i = 0; i < domains; ++i) {
      Contact contact;
      contact.rung = Rung::domain;
      contact.value = fmt::format("{}@{}", role, organisation.domains[i]);
      contact.language = organisation.language;
      contact.provenance = "RFC 2142";
      contacts.push_back(std::move(contact));
    }
  }
  return contacts;
}

std::vector<LadderStep> contact_ladder(const Organisation& organisation, const ContactSources& sources,
                                       const HitServers& hit, const PublicSuffixes& suffixes, Timestamp now) {
  std::vector<LadderStep> steps;
  for (const Contact& contact : organisation.contacts) steps.push_back(step_of(contact, now));
  for (const SecurityTxt& file : sources.security_txts) add_security_txt(steps, file, now);
  for (const Contact& contact : sources.others) steps.push_back(step_of(contact, now));
  if (sources.guess_role_names) {
    for (Contact& contact : role_contacts(organisation)) {
      steps.push_back(step_of(std::move(contact), now));
      steps.back().note = "guessed: RFC 2142 name, nobody confirmed it";
    }
  }
  std::ranges::stable_sort(steps, {},
                           [](const LadderStep& step) { return std::pair(step.contact.rung, step.stale); });
  drop_repeated(steps);
  const HitDomains domains(organisation, hit, suffixes);
  for (LadderStep& step : steps) {
    if (step.contact.channel != Channel::email) continue;
    const auto domain = domain_of_mail_address(step.contact.value);
    if (domain) step.on_hit_reason = domains.reason(*domain);
    step.on_hit_domain = !step.on_hit_reason.empty();
  }
  return steps;
}

}  // namespace afterpatch::constituency

#include "notify/plan_contact.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace afterpatch::notify {
namespace {

bool can_be_used(const ContactChoice& contact) {
  if (contact.recipient.empty() && contact.postal.empty()) return false;
  return contact.channel == "email" || contact.channel == "letter" || contact.channel == "phone";
}

// Those that are left, best first: another channel than the silent one, then the ladder's order.
std::vector<const ContactChoice*> left_over(const Addressee& addressee, const UsedContacts& used,
                                            const std::string& not_by) {
  std::vector<const ContactChoice*> left;
  for (const ContactChoice& contact : addressee.contacts) {
    if (can_be_used(contact) && !used.contains({channel_of(addressee, contact), contact.recipient}))
      left.push_back(&contact);
  }
  std::ranges::stable_partition(
      left, [&](const ContactChoice* contact) { return channel_of(addressee, *contact) != not_by; });
  return left;
}

std::string described(const ContactChoice& contact) {
  std::string text = fmt::format("{} contact of {}", contact.rung, contact.provenance);
  if (!contact.age.empty()) text += ", " + contact.age;
  if (contact.stale) text += " (stale)";
  return text;
}

// Says which better contacts were passed over because of where their mail lies.
std::string passed_over(const std::vector<const ContactChoice*>& left, const ContactChoice* chosen) {
  std::string text;
  for (const ContactChoice* contact : left) {
    if (contact == chosen) break;
    if (contact->on_hit_domain)
      text += fmt::format("; not {}, whose mail may lie on the hit server ({})", contact->recipient,
                          contact->on_hit_reason);
  }
  return text;
}

}  // namespace

bool is_of_network(const ContactChoice& contact) {
  return contact.rung == "network" || contact.rung == "as";
}

std::string channel_of(const Addressee& addressee, const ContactChoice& contact) {
  const bool provider = addressee.provider || is_of_network(contact);
  return provider && contact.channel == "email" ? "provider" : contact.channel;
}

std::optional<ChosenContact> choose_contact(const Addressee& addressee, const UsedContacts& used,
                                            const std::string& not_by, bool allow_hit_domain) {
  const auto left = left_over(addressee, used, not_by);
  const auto safe = std::ranges::find_if(left, [&](const ContactChoice* contact) {
    return allow_hit_domain || contact->channel != "email" || !contact->on_hit_domain;
  });
  if (safe != left.end()) return ChosenContact{**safe, false, described(**safe) + passed_over(left, *safe)};
  if (left.empty()) return std::nullopt;
  return ChosenContact{
      *left.front(), true,
      fmt::format("{}; the only one left, and its mail may lie on the hit server ({}): told to call, "
                  "without evidence and link",
                  described(*left.front()), left.front()->on_hit_reason)};
}

}  // namespace afterpatch::notify

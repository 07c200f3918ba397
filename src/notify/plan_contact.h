// Chooses among contacts. Used by plan.cpp alone.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "notify/plan.h"

namespace afterpatch::notify {

struct ChosenContact {
  ContactChoice contact;
  bool restrained = false;  // on the hit domain: no evidence, no link
  std::string why;
};

using UsedContacts = std::set<std::pair<std::string, std::string>>;  // channel and recipient

// The best contact that was not used before. After silence (`not_by`: the channel that was silent), one of
// another channel goes before others. nullopt: none is left.
std::optional<ChosenContact> choose_contact(const Addressee& addressee, const UsedContacts& used,
                                            const std::string& not_by, bool allow_hit_domain);

// Whether whoever answers there runs the network, not the server: he gets the text for providers.
bool is_of_network(const ContactChoice& contact);

// The channel as notices name it: "provider" for mail to a provider or a network's abuse desk, else the
// contact's.
std::string channel_of(const Addressee& addressee, const ContactChoice& contact);

}  // namespace afterpatch::notify

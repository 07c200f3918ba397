// Whom to tell, in which order, and how far each contact can be trusted. Pure.
//
// The order is the ladder of docs/constituency.md: own register, sector authority, security.txt, RFC 2142
// names of the organisation's domains, abuse contact of the network block (or the hosting provider), of the
// AS, national CSIRT, paper letter and phone. On one rung what is fresh stands before what is stale, then the
// source's own order holds. The same contact from two sources keeps its best rung.
//
// A contact is on the hit domain when its mail may lie on the very server that was broken into: whoever reads
// that mailbox may be the intruder. Then no evidence and no token may go there (room notify). That is so if
// its domain is the registered domain of a name of a hit server, if its mail exchanger is a hit server, or if
// it is one of the organisation's own domains (not for providers: what is hit in their networks are their
// customers' servers). An exchanger elsewhere does not lift that: it may be a filter in front of that server.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "constituency/domain_name.h"
#include "constituency/organisation.h"
#include "constituency/security_txt.h"

namespace afterpatch::constituency {

inline constexpr std::size_t kMostRoleDomains = 3;  // RFC 2142 names are guessed at so many domains
// So long after it was learnt a contact is called stale. Our choice, not a measured figure: lists
// are kept yearly, and registries are asked anew by whoever has RDAP at hand.
inline constexpr std::chrono::days kRegisterStaleAfter{365};
inline constexpr std::chrono::days kRegistryStaleAfter{90};

// What else is known beside the organisation's own contacts. Each contact carries its rung and provenance.
struct ContactSources {
  std::vector<SecurityTxt> security_txts;
  std::vector<Contact> others;  // sector authority, network, AS, CSIRT: by their rung
  bool guess_role_names = true;
};

// The servers of the organisation that were hit.
struct HitServers {
  std::vector<Address> addresses;
  std::vector<std::string> names;  // asked and certificate names
  // Mail exchangers of domains as DNS gives them, and their addresses; what is not there was not asked.
  std::map<std::string, std::vector<std::string>> exchangers;       // by domain
  std::map<std::string, std::vector<Address>> exchanger_addresses;  // by exchanger
};

struct LadderStep {
  Contact contact;
  bool on_hit_domain = false;
  std::string
      on_hit_reason;  // "same domain as mail.praxis.example", "mail exchanger mx.praxis.example is hit"
  bool stale = false;
  std::string age;   // "learnt 3 days ago", "age unknown", "expired on 2021-01-01"
  std::string note;  // "guessed: RFC 2142 name"; empty if there is nothing to say
};

// Names and addresses in `hit` may be anything; those that are none are passed over.
std::vector<LadderStep> contact_ladder(const Organisation& organisation, const ContactSources& sources,
                                       const HitServers& hit, const PublicSuffixes& suffixes, Timestamp now);

// security@, abuse@, postmaster@ and info@ (RFC 2142, sections 2 to 5) of the first domains, in this order:
// all of a name first. DIVD wrote to abuse@, info@ and security@ in 2020.
std::vector<Contact> role_contacts(const Organisation& organisation);

}  // namespace afterpatch::constituency

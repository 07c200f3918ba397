// Whose server is it? From what is known of a server and the register of organisations to one answer, with
// why and how surely. Pure.
//
// How it decides:
// - A claim is one organisation and one reason: its network holds the address (longest prefix wins), or a
// name
//   on the certificate, the name that was asked, or the reverse name is one of its domains or below one (the
//   longest listed domain wins), or its AS announces the address (only asked where there is no other claim).
// - An operator's decision stands above all.
// - Names say who uses a server, a provider's network only says who hosts it. So claims of providers count
// only
//   if no other organisation has any; otherwise the provider is kept beside the answer as its hoster.
// - A provider is who is flagged so, or whose networks were seen (learn()) with servers under names of at
// least
//   kProviderDomains registrable domains that are not its own.
// - A certificate with names of at least kSharedCertificateOwners owners (organisations; each registrable
//   domain that nobody listed counts as one) is a hoster's: its names and the name that was asked say nothing
//   about one customer, and the provider is the answer. So a provider with thousands of domains is one
//   notice.
// - Reasons are of three kinds that fail independently: the network (said by the register), names on the
// server
//   (certificate, asked name: said by who runs it) and the reverse name (said by who runs the network). Who
//   has more kinds wins; then who has the strongest reason, in the order of Method; then the id.
// - Confidence: two kinds or more confirm; network, certificate or asked name alone is likely; reverse name
// or
//   AS alone is possible. If another organisation has a claim too, that is a conflict: it is kept, and the
//   confidence is one step lower.
//
// Example:
//   Attributor attributor(organisations, suffixes);
//   for (const ServerSigns& server : servers) attributor.learn(server);
//   const Attribution answer = attributor.attribute(servers[0]);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/prefix_map.h"
#include "constituency/domain_name.h"
#include "constituency/organisation.h"

namespace afterpatch::constituency {

inline constexpr std::size_t kProviderDomains = 20;
inline constexpr std::size_t kSharedCertificateOwners = 10;
inline constexpr std::size_t kMostNamesUsed = 100;  // of one certificate, as a scan keeps them

// Strongest first.
enum class Method { decided, network, certificate_name, asked_name, reverse_name, as };
std::string_view name_of(Method method);  // "operator", "network", "certificate-name", "domain",
                                          // "reverse-name", "as": the store's words
enum class Confidence { possible, likely, confirmed };
std::string_view name_of(Confidence confidence);

// What is known of one server. Names as others wrote them: what is no host name is passed over.
struct ServerSigns {
  Address address;
  std::string asked_name;
  std::vector<std::string> certificate_names;
  std::string reverse_name;
  std::uint32_t as_number = 0;  // 0: not known
};

struct Claim {
  std::string organisation;
  Method method = Method::network;
  std::string because;  // "192.0.2.0/24", "mail.praxis.example (praxis.example)", "AS64500"
  bool as_provider = false;

  bool operator==(const Claim&) const = default;
};

struct Attribution {
  std::string organisation;      // empty: nobody on the list has a claim, or an operator said so
  std::optional<Method> method;  // the strongest reason; absent: nobody
  Confidence confidence = Confidence::possible;
  bool as_provider = false;         // the organisation hosts it; whose it is is not known
  bool shared_certificate = false;  // names of many owners: they were passed over
  std::string hoster;               // the provider beside the answer; empty if none
  std::vector<std::string> others;  // who has a claim too, by id: a conflict if not empty
  std::vector<Claim> claims;        // all, of the answer first

  bool conflict() const { return !others.empty(); }
};

// Thread-safe for attribute() once learn() is done.
class Attributor {
 public:
  // Both must outlive it.
  Attributor(const std::vector<Organisation>& organisations, const PublicSuffixes& suffixes);

  // Counts under which names the servers in an organisation's networks were seen. The order does not matter.
  void learn(const ServerSigns& server);
  // Somebody else counted: it hosts others' servers. An id that is nobody's is passed over.
  void take_as_provider(const std::string& organisation);
  bool is_provider(const std::string& organisation) const;

  Attribution attribute(const ServerSigns& server) const;
  // With an operator's decision: an organisation's id, or empty for "nobody's".
  Attribution attribute(const ServerSigns& server, const std::string& decided) const;

 private:
  using Index = std::uint32_t;
  struct Reason {
    Index organisation;
    Method method;
    std::string because;
  };
  using Reasons = std::vector<Reason>;
  struct Names {
    std::vector<std::string> certificate;
    std::optional<std::string> asked;
    std::optional<std::string> reverse;
  };

  Names names_of(const ServerSigns& server) const;
  const std::vector<Index>* owners_of(std::string_view name, std::string_view& domain) const;
  bool is_shared(const std::vector<std::string>& names) const;
  void claim_by_name(Reasons& reasons, const std::string& name, Method method) const;
  void claim_by_network(Reasons& reasons, const Address& address) const;
  void claim_by_as(Reasons& reasons, std::uint32_t number) const;
  Reasons reasons_of(const ServerSigns& server, const Names& names, bool shared) const;
  void note_name(Index holder, const std::string& name);
  bool hosts(Index organisation) const;
  std::vector<Index> ranked(const Reasons& reasons, bool providers) const;
  void choose(Attribution& answer, const Reasons& reasons) const;
  void fill_claims(Attribution& answer, const Reasons& reasons) const;

  const std::vector<Organisation>& organisations_;
  const PublicSuffixes& suffixes_;
  PrefixMap<std::vector<Index>> networks_;
  std::unordered_map<std::string_view, std::vector<Index>> domains_;
  std::unordered_map<std::uint32_t, std::vector<Index>> as_;
  std::unordered_map<std::string_view, Index> ids_;
  std::unordered_map<Index, std::unordered_set<std::string>>
      foreign_domains_;                  // at most kProviderDomains each
  std::unordered_set<Index> providers_;  // as somebody else counted
};

}  // namespace afterpatch::constituency

#include "constituency/attribution.h"

#include <algorithm>
#include <array>
#include <bit>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace afterpatch::constituency {
namespace {

constexpr std::array<std::string_view, 6> kMethods = {"operator", "network",      "certificate-name",
                                                      "domain",   "reverse-name", "as"};
constexpr std::array<std::string_view, 3> kConfidences = {"possible", "likely", "confirmed"};

// Reasons of one kind have one source and fail together.
constexpr unsigned kind_of(Method method) {
  switch (method) {
    case Method::network:
      return 1;
    case Method::certificate_name:
    case Method::asked_name:
      return 2;
    case Method::reverse_name:
      return 4;
    default:
      return 8;
  }
}

Confidence confidence_of(unsigned kinds, Method strongest) {
  if (std::popcount(kinds) >= 2) return Confidence::confirmed;
  return strongest < Method::reverse_name ? Confidence::likely : Confidence::possible;
}

Confidence one_lower(Confidence confidence) {
  return confidence == Confidence::confirmed ? Confidence::likely : Confidence::possible;
}

// REQUIRES: the claims of the answer stand first.
void say_how_sure(Attribution& answer) {
  if (answer.claims.empty()) return;
  unsigned kinds = 0;
  for (const Claim& claim : answer.claims) {
    if (claim.organisation == answer.organisation) kinds |= kind_of(claim.method);
  }
  answer.method = answer.claims.front().method;
  answer.confidence = confidence_of(kinds, *answer.method);
  if (answer.conflict()) answer.confidence = one_lower(answer.confidence);
}

struct Strength {
  unsigned kinds = 0;
  Method strongest = Method::as;
};

}  // namespace

std::string_view name_of(Method method) {
  return kMethods[static_cast<std::size_t>(method)];
}
std::string_view name_of(Confidence confidence) {
  return kConfidences[static_cast<std::size_t>(confidence)];
}

Attributor::Attributor(const std::vector<Organisation>& organisations, const PublicSuffixes& suffixes)
    : organisations_(organisations), suffixes_(suffixes) {
  for (Index i = 0; i < organisations.size(); ++i) {
    const Organisation& organisation = organisations[i];
    ids_.emplace(organisation.id, i);
    for (const Network& network : organisation.networks) networks_[network].push_back(i);
    for (const std::string& domain : organisation.domains) domains_[domain].push_back(i);
    for (const std::uint32_t number : organisation.as_numbers) as_[number].push_back(i);
  }
}

Attributor::Names Attributor::names_of(const ServerSigns& server) const {
  Names names;
  const std::size_t used = std::min(server.certificate_names.size(), kMostNamesUsed);
  for (std::size_t i = 0; i < used; ++i) {
    auto name = host_name(server.certificate_names[i]);
    if (name && !is_private_name(*name)) names.certificate.push_back(std::move(*name));
  }
  names.asked = host_name(server.asked_name);
  names.reverse = host_name(server.reverse_name);
  return names;
}

// `domain` becomes the listed domain that matched.
const std::vector<Attributor::Index>* Attributor::owners_of(std::string_view name,
                                                            std::string_view& domain) const {
  for (domain = name; !domain.empty();) {
    if (const auto found = domains_.find(domain); found != domains_.end()) return &found->second;
    const auto dot = domain.find('.');
    domain = dot == std::string_view::npos ? std::string_view() : domain.substr(dot + 1);
  }
  return nullptr;
}

bool Attributor::is_shared(const std::vector<std::string>& names) const {
  if (names.size() < kSharedCertificateOwners) return false;
  std::set<std::string> owners;
  for (const std::string& name : names) {
    std::string_view domain;
    const auto* listed = owners_of(name, domain);
    if (listed != nullptr) {
      owners.insert("#" + std::to_string(listed->front()));
    } else if (std::string registered = suffixes_.registrable(name); !registered.empty()) {
      owners.insert(std::move(registered));
    }
  }
  return owners.size() >= kSharedCertificateOwners;
}

void Attributor::claim_by_name(Reasons& reasons, const std::string& name, Method method) const {
  std::string_view domain;
  const auto* owners = owners_of(name, domain);
  if (owners == nullptr) return;
  for (const Index owner : *owners) {
    const auto same = [&](const Reason& reason) {
      return reason.organisation == owner && reason.method == method;
    };
    if (std::ranges::any_of(reasons, same)) continue;
    reasons.push_back({owner, method, domain == name ? name : fmt::format("{} ({})", name, domain)});
  }
}

void Attributor::claim_by_network(Reasons& reasons, const Address& address) const {
  const auto match = networks_.longest(address);
  if (!match) return;
  for (const Index owner : *match->value)
    reasons.push_back({owner, Method::network, to_string(match->network)});
}

void Attributor::claim_by_as(Reasons& reasons, std::uint32_t number) const {
  const auto found = as_.find(number);
  if (found == as_.end()) return;
  for (const Index owner : found->second) reasons.push_back({owner, Method::as, fmt::format("AS{}", number)});
}

Attributor::Reasons Attributor::reasons_of(const ServerSigns& server, const Names& names, bool shared) const {
  Reasons reasons;
  claim_by_network(reasons, server.address);
  for (const std::string& name : names.certificate) claim_by_name(reasons, name, Method::certificate_name);
  if (names.asked) claim_by_name(reasons, *names.asked, Method::asked_name);
  if (shared) {
    std::erase_if(reasons, [this](const Reason& reason) {
      return reason.method != Method::network && !hosts(reason.organisation);
    });
  }
  if (names.reverse) claim_by_name(reasons, *names.reverse, Method::reverse_name);
  if (reasons.empty()) claim_by_as(reasons, server.as_number);
  return reasons;
}

void Attributor::learn(const ServerSigns& server) {
  const auto match = networks_.longest(server.address);
  if (!match) return;
  const Names names = names_of(server);
  for (const Index holder : *match->value) {
    for (const std::string& name : names.certificate) note_name(holder, name);
    if (names.asked) note_name(holder, *names.asked);
  }
}

void Attributor::note_name(Index holder, const std::string& name) {
  std::string_view domain;
  const auto* owners = owners_of(name, domain);
  if (owners != nullptr && std::ranges::find(*owners, holder) != owners->end()) return;
  auto& foreign = foreign_domains_[holder];
  if (foreign.size() >= kProviderDomains) return;
  if (std::string registered = suffixes_.registrable(name); !registered.empty())
    foreign.insert(std::move(registered));
}

bool Attributor::hosts(Index organisation) const {
  if (organisations_[organisation].provider || providers_.contains(organisation)) return true;
  const auto found = foreign_domains_.find(organisation);
  return found != foreign_domains_.end() && found->second.size() >= kProviderDomains;
}

void Attributor::take_as_provider(const std::string& organisation) {
  const auto found = ids_.find(organisation);
  if (found != ids_.end()) providers_.insert(found->second);
}

bool Attributor::is_provider(const std::string& organisation) const {
  const auto found = ids_.find(organisation);
  return found != ids_.end() && hosts(found->second);
}

// Who has a claim among the providers, or among the others; strongest first.
std::vector<Attributor::Index> Attributor::ranked(const Reasons& reasons, bool providers) const {
  std::vector<std::pair<Index, Strength>> strengths;
  for (const Reason& reason : reasons) {
    if (hosts(reason.organisation) != providers) continue;
    auto found = std::ranges::find(strengths, reason.organisation, &std::pair<Index, Strength>::first);
    if (found == strengths.end()) found = strengths.insert(found, {reason.organisation, {}});
    found->second.kinds |= kind_of(reason.method);
    found->second.strongest = std::min(found->second.strongest, reason.method);
  }
  std::ranges::sort(strengths, {}, [this](const auto& entry) {
    const auto& [organisation, strength] = entry;
    return std::tuple(-std::popcount(strength.kinds), strength.strongest,
                      std::string_view(organisations_[organisation].id));
  });
  std::vector<Index> order;
  for (const auto& [organisation, strength] : strengths) order.push_back(organisation);
  return order;
}

void Attributor::fill_claims(Attribution& answer, const Reasons& reasons) const {
  for (const Reason& reason : reasons) {
    answer.claims.push_back(
        {organisations_[reason.organisation].id, reason.method, reason.because, hosts(reason.organisation)});
  }
  std::ranges::sort(answer.claims, {}, [&](const Claim& claim) {
    return std::tuple(claim.organisation != answer.organisation, claim.as_provider, claim.method,
                      std::string_view(claim.organisation));
  });
}

void Attributor::choose(Attribution& answer, const Reasons& reasons) const {
  const auto customers = ranked(reasons, false);
  const auto providers = ranked(reasons, true);
  answer.as_provider = customers.empty() && !providers.empty();
  const auto& contenders = answer.as_provider ? providers : customers;
  if (contenders.empty()) return;
  answer.organisation = organisations_[contenders.front()].id;
  for (std::size_t i = 1; i < contenders.size(); ++i)
    answer.others.push_back(organisations_[contenders[i]].id);
  std::ranges::sort(answer.others);
  if (!answer.as_provider && !providers.empty()) answer.hoster = organisations_[providers.front()].id;
}

Attribution Attributor::attribute(const ServerSigns& server) const {
  const Names names = names_of(server);
  Attribution answer;
  answer.shared_certificate = is_shared(names.certificate);
  const Reasons reasons = reasons_of(server, names, answer.shared_certificate);
  choose(answer, reasons);
  fill_claims(answer, reasons);
  say_how_sure(answer);
  return answer;
}

Attribution Attributor::attribute(const ServerSigns& server, const std::string& decided) const {
  Attribution answer = attribute(server);
  answer.organisation = decided;
  answer.method = Method::decided;
  answer.confidence = Confidence::confirmed;
  answer.as_provider = !decided.empty() && is_provider(decided);
  answer.others.clear();
  if (answer.hoster == decided) answer.hoster.clear();
  return answer;
}

}  // namespace afterpatch::constituency

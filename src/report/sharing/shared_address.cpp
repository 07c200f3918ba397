#include "report/sharing/shared_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "assess/network_address.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

using assess::RunOutcome;
using detect::Confidence;

// Tools that draw one by chance for each request would fill the event.
constexpr std::size_t kMostUserAgents = 20;
constexpr std::string_view kMappedPrefix = "::ffff:";

template <typename Address, int kFamily>
std::optional<std::string> canonical(const std::string& text) {
  Address address{};
  std::array<char, INET6_ADDRSTRLEN> written{};
  if (inet_pton(kFamily, text.c_str(), &address) != 1) return std::nullopt;
  return inet_ntop(kFamily, &address, written.data(), written.size());
}

std::optional<std::string> canonical_address(std::string_view client) {
  const std::string text(client.substr(0, client.find('%')));
  if (auto v4 = canonical<in_addr, AF_INET>(text)) return v4;
  auto v6 = canonical<in6_addr, AF_INET6>(text);
  if (v6 && v6->starts_with(kMappedPrefix) && v6->find('.') != std::string::npos)
    return v6->substr(kMappedPrefix.size());
  return v6;
}

// Things done, from harmless to worst.
enum class Deed { asked, probed, exploited, planted, used_door };

struct Seen {
  Deed worst = Deed::asked;
  SharedAddress address;
  std::set<std::string> user_agents;
};

std::string words_of(Deed deed) {
  switch (deed) {
    case Deed::asked:
      return "asked for a back door, without effect";
    case Deed::probed:
      return "looked for the flaw";
    case Deed::exploited:
      return "used the flaw";
    case Deed::planted:
      return "planted a back door";
    case Deed::used_door:
      return "used a back door";
  }
  return "";
}

class Collector {
 public:
  Collector(const VictimNames& names, Share share) : names_(names), share_(share) {}

  void add(const assess::Run& run) {
    const bool probe = run.outcome == RunOutcome::probe;
    const bool planted = run.outcome == RunOutcome::write_proven;
    Seen* seen = find(run.client);
    if (seen == nullptr) return;
    note(*seen, probe ? Deed::probed : planted ? Deed::planted : Deed::exploited, run.confidence);
    count(*seen, run.start, run.end, run.requests);
    note_agents(*seen, run.user_agents);
  }

  void add(const assess::DoorVisitor& visitor, Confidence door) {
    Seen* seen = find(visitor.client);
    if (seen == nullptr) return;
    const Deed deed = visitor.planter ? Deed::planted : visitor.effective ? Deed::used_door : Deed::asked;
    note(*seen, deed, door);
    count(*seen, visitor.first, visitor.last, visitor.requests);
    note_agents(*seen, visitor.user_agents);
  }

  std::vector<SharedAddress> take() {
    std::vector<SharedAddress> all;
    for (auto& [value, seen] : seen_) {
      seen.address.did = words_of(seen.worst);
      seen.address.harmful = seen.worst >= Deed::exploited && seen.address.confidence != Confidence::possible;
      seen.address.user_agents.assign(seen.user_agents.begin(), seen.user_agents.end());
      all.push_back(std::move(seen.address));
    }
    return all;
  }

 private:
  Seen* find(std::string_view client) {
    const auto value = shared_address_of(client, share_);
    if (!value) return nullptr;
    Seen& seen = seen_[*value];
    seen.address.value = *value;
    seen.address.is_v6 = value->find(':') != std::string::npos;
    return &seen;
  }

  // The confidence is that of the worst deed.
  static void note(Seen& seen, Deed deed, Confidence confidence) {
    if (deed < seen.worst) return;
    seen.address.confidence = deed > seen.worst ? confidence : std::max(seen.address.confidence, confidence);
    seen.worst = deed;
  }

  static void count(Seen& seen, Timestamp first, Timestamp last, std::uint64_t requests) {
    SharedAddress& address = seen.address;
    if (is_set(first) && (!is_set(address.first) || first < address.first)) address.first = first;
    if (is_set(last)) address.last = std::max(address.last, last);
    address.requests += requests;
  }

  void note_agents(Seen& seen, const std::vector<std::string>& agents) const {
    for (const std::string& agent : agents) {
      if (agent.empty() || agent == "-" || seen.user_agents.size() == kMostUserAgents) continue;
      seen.user_agents.insert(share_ == Share::with_victims ? agent : names_.hidden(agent));
    }
  }

  const VictimNames& names_;
  Share share_;
  std::map<std::string, Seen> seen_;
};

}  // namespace

std::optional<std::string> shared_address_of(std::string_view client, Share share) {
  auto address = canonical_address(client);
  if (address && share == Share::without_victims && assess::is_inside_address(*address)) return std::nullopt;
  return address;
}

std::vector<SharedAddress> shared_addresses(const assess::ServerReport& server, const VictimNames& names,
                                            Share share) {
  Collector collector(names, share);
  for (const assess::Run& run : server.runs) collector.add(run);
  for (const assess::Door& door : server.doors) {
    if (door.confidence == Confidence::possible) continue;
    for (const assess::DoorVisitor& visitor : door.visitors) collector.add(visitor, door.confidence);
  }
  return collector.take();
}

}  // namespace afterpatch::report

#include "app/constituency_contacts.h"

#include "constituency/contact_sources.h"

namespace afterpatch::app {
namespace {

using constituency::Attributor;
using constituency::LadderStep;
using constituency::Organisation;

struct Owned {
  std::vector<KnownServer> servers;
  std::string hoster;  // of the first server that has one
};

std::map<std::string, Owned> owned_by_each(const Register& known, std::vector<KnownServer> servers) {
  Attributor attributor(known.organisations, known.suffixes);
  for (const KnownServer& server : servers) attributor.learn(server.signs);
  std::map<std::string, Owned> owned;
  for (KnownServer& server : servers) {
    const auto answer = answer_for(attributor, server);
    if (answer.organisation.empty()) continue;
    Owned& mine = owned[answer.organisation];
    if (mine.hoster.empty()) mine.hoster = answer.hoster;
    mine.servers.push_back(std::move(server));
  }
  return owned;
}

}  // namespace

constituency::HitServers hit_servers(const std::vector<KnownServer>& servers) {
  constituency::HitServers hit;
  for (const KnownServer& server : servers) {
    hit.addresses.push_back(server.signs.address);
    if (!server.signs.asked_name.empty()) hit.names.push_back(server.signs.asked_name);
    hit.names.insert(hit.names.end(), server.signs.certificate_names.begin(),
                     server.signs.certificate_names.end());
  }
  return hit;
}

Result<std::map<std::string, std::vector<LadderStep>>> contact_ladders(store::Store& store, Timestamp now) {
  const auto known = load_register(store);
  if (!known) return std::unexpected(known.error());
  auto servers = load_servers(store);
  if (!servers) return std::unexpected(servers.error());
  std::map<std::string, std::vector<LadderStep>> ladders;
  for (const auto& [id, owned] : owned_by_each(*known, std::move(*servers))) {
    const Organisation* organisation = known->find(id);
    if (organisation == nullptr) continue;
    constituency::ContactSources sources;
    sources.others = constituency::contacts_of_others(*organisation, owned.hoster, known->organisations);
    ladders[id] = constituency::contact_ladder(*organisation, sources, hit_servers(owned.servers),
                                               known->suffixes, now);
  }
  return ladders;
}

}  // namespace afterpatch::app

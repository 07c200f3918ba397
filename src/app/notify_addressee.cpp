#include "app/notify_addressee.h"

#include <map>

#include "constituency/contact_ladder.h"
#include "constituency/organisation_json.h"

namespace afterpatch::app {
namespace {

using constituency::Organisation;

struct Directory {
  constituency::PublicSuffixes suffixes;
  std::map<std::string, Organisation> organisations;
  Timestamp now;
};

constituency::HitServers hit_servers(const std::vector<store::ServerRow>& servers) {
  constituency::HitServers hit;
  for (const store::ServerRow& server : servers) {
    if (!server.name.empty()) hit.names.push_back(server.name);
    if (const auto address = constituency::parse_address(server.address)) hit.addresses.push_back(*address);
  }
  return hit;
}

notify::ContactChoice choice_of(const constituency::LadderStep& step) {
  notify::ContactChoice choice;
  choice.rung = constituency::name_of(step.contact.rung);
  choice.channel = constituency::name_of(step.contact.channel);
  choice.recipient = step.contact.value;
  choice.postal = step.contact.postal;
  if (choice.recipient.empty() && !choice.postal.empty()) choice.recipient = choice.postal.front();
  choice.person = step.contact.person;
  choice.language = step.contact.language;
  choice.provenance = step.contact.provenance;
  choice.age = step.note.empty() ? step.age : step.age + ", " + step.note;
  choice.stale = step.stale;
  choice.on_hit_domain = step.on_hit_domain;
  choice.on_hit_reason = step.on_hit_reason;
  return choice;
}

notify::Addressee addressee_of(const Directory& directory, const std::string& id,
                               const std::vector<store::ServerRow>& servers) {
  notify::Addressee addressee;
  addressee.organisation = id;
  addressee.name = id;
  const auto found = directory.organisations.find(id);
  if (found == directory.organisations.end()) return addressee;
  const Organisation& organisation = found->second;
  addressee.name = organisation.name;
  addressee.country = organisation.country;
  addressee.sector = organisation.sector;
  addressee.language = organisation.language;
  addressee.provider = organisation.provider;
  for (const constituency::LadderStep& step : constituency::contact_ladder(
           organisation, {}, hit_servers(servers), directory.suffixes, directory.now))
    addressee.contacts.push_back(choice_of(step));
  return addressee;
}

Result<void> read_organisations(store::Store& store, Directory& directory) {
  Result<void> problem;
  const auto read = store.directory().for_each_organisation([&](const store::OrganisationRow& row) {
    auto organisation =
        constituency::read_organisation(row.content, directory.suffixes, "organisation " + row.id);
    if (organisation)
      directory.organisations.emplace(row.id, std::move(*organisation));
    else if (problem)
      problem = std::unexpected(organisation.error());
  });
  return read ? problem : read;
}

}  // namespace

Result<notify::FindAddressee> addressees_of(store::Store& store, Timestamp now) {
  auto suffixes = constituency::PublicSuffixes::load();
  if (!suffixes) return std::unexpected(suffixes.error());
  auto directory = std::make_shared<Directory>(Directory{std::move(*suffixes), {}, now});
  if (auto read = read_organisations(store, *directory); !read) return std::unexpected(read.error());
  return [directory](const std::string& id,
                     const std::vector<store::ServerRow>& servers) -> Result<notify::Addressee> {
    return addressee_of(*directory, id, servers);
  };
}

}  // namespace afterpatch::app

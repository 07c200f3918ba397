#include "app/notify_addressee.h"

#include <algorithm>

#include "app/constituency_contacts.h"

namespace afterpatch::app {
namespace {

using constituency::LadderStep;
using constituency::Organisation;
using constituency::Rung;
using constituency::ServerSigns;

// Names on certificates tell which mail may lie on a hit server, so each server's last sight is read.
Result<std::vector<ServerSigns>> signs_of_all(store::Store& store,
                                              const std::vector<store::ServerRow>& servers) {
  std::vector<ServerSigns> signs;
  for (const store::ServerRow& row : servers) {
    auto server = load_server(store, row.address, row.port);
    if (!server) return std::unexpected(server.error());
    if (*server)
      signs.push_back(std::move((**server).signs));
    else if (auto known = signs_of(row))
      signs.push_back(std::move(*known));
  }
  return signs;
}

// The texts are for whoever runs the server, and for those who run its network. An authority, another CSIRT,
// and a provider's post and telephone are left to people.
bool has_text(const Organisation& organisation, const LadderStep& step) {
  const Rung rung = step.contact.rung;
  if (rung == Rung::sector_authority || rung == Rung::national_csirt) return false;
  return rung != Rung::post_and_phone ||
         std::ranges::find(organisation.contacts, step.contact) != organisation.contacts.end();
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

Result<notify::Addressee> addressee_of(const ContactBook& book, store::Store& store, Timestamp now,
                                       const std::string& id, const std::vector<store::ServerRow>& servers) {
  notify::Addressee addressee;
  addressee.organisation = id;
  addressee.name = id;
  const Organisation* organisation = book.known().find(id);
  if (organisation == nullptr) return addressee;
  const auto signs = signs_of_all(store, servers);
  if (!signs) return std::unexpected(signs.error());
  addressee.name = organisation->name;
  addressee.country = organisation->country;
  addressee.sector = organisation->sector;
  addressee.language = organisation->language;
  addressee.provider = book.attributor().is_provider(id);
  for (const LadderStep& step : book.ladder(*organisation, *signs, {}, now)) {
    if (has_text(*organisation, step)) addressee.contacts.push_back(choice_of(step));
  }
  return addressee;
}

}  // namespace

Result<notify::FindAddressee> addressees_of(store::Store& store, Timestamp now) {
  auto opened = ContactBook::open(store);
  if (!opened) return std::unexpected(opened.error());
  const std::shared_ptr<const ContactBook> book = std::move(*opened);
  return [book, &store, now](const std::string& id, const std::vector<store::ServerRow>& servers) {
    return addressee_of(*book, store, now, id, servers);
  };
}

}  // namespace afterpatch::app

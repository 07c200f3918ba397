// Whom to tell about servers of an organisation, in which order: the contact ladder over all that a store
// knows, for `constituency lookup` and `notify plan`. Asks nobody.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/constituency_register.h"
#include "base/error.h"
#include "base/time.h"
#include "constituency/contact_ladder.h"
#include "constituency/looked_up.h"

namespace afterpatch::app {

// The register with what statements add to it: contacts that were looked up, where mail of domains goes, who
// was seen to host others' servers. Not thread-safe, and not to be moved: it hands out references into
// itself.
class ContactBook {
 public:
  // Reads all of it once. Statements that can't be read are passed over and counted.
  static Result<std::unique_ptr<ContactBook>> open(store::Store& store);

  const Register& known() const { return register_; }
  const constituency::Attributor& attributor() const { return *attributor_; }
  std::uint64_t unreadable() const { return unreadable_; }

  // All servers in `servers` count as hit: a mailbox on a server beside the one that was broken into is no
  // safer. `asked`: what was looked up just now, beside what was kept.
  std::vector<constituency::LadderStep> ladder(const constituency::Organisation& organisation,
                                               const std::vector<constituency::ServerSigns>& servers,
                                               constituency::ContactSources asked, Timestamp now) const;

  // When a place was last asked about an organisation, answer or not: the name of the place as in
  // FoundContacts::from. Absent: never.
  std::optional<Timestamp> asked(const std::string& organisation, const std::string& from) const;
  // When a registry was asked about the block that holds this address, for that organisation.
  std::optional<Timestamp> asked(const std::string& organisation, const Address& address) const;
  std::optional<Timestamp> mail_asked(const std::string& domain) const;

 private:
  struct Found {
    constituency::FoundContacts answer;  // the last that was one
    Timestamp asked{};
  };
  ContactBook(Register known) : register_(std::move(known)) {}
  Result<void> read_found(store::Store& store);
  Result<void> read_mail(store::Store& store);
  Result<void> read_hosting(store::Store& store);
  void add_found(const std::string& organisation, constituency::ContactSources& sources) const;
  void add_others(const constituency::Organisation& organisation, const std::string& hoster,
                  const std::set<std::uint32_t>& as_numbers, constituency::ContactSources& sources) const;
  void add_exchangers(const std::string& domain, constituency::HitServers& hit) const;

  Register register_;
  std::vector<constituency::Organisation> overseers_;  // authorities, and who has AS numbers: few
  std::unique_ptr<constituency::Attributor> attributor_;
  std::map<std::string, std::map<std::string, Found>> found_;  // by organisation, by place
  constituency::HitServers mail_;                              // its exchangers
  std::map<std::string, Timestamp> mail_asked_;
  std::uint64_t unreadable_ = 0;
};

// Who was last seen to host others' servers though no list says so (statements `hosts-others`).
Result<std::set<std::string>> seen_hosting(store::Store& store);

}  // namespace afterpatch::app

// What both readers of lists (CSV, JSON) check alike, value by value. Used inside this room only.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "constituency/domain_name.h"
#include "constituency/organisation.h"

namespace afterpatch::constituency {

// Collects organisations and what was wrong. Not thread-safe.
class ListBuilder {
 public:
  explicit ListBuilder(const PublicSuffixes& suffixes) : suffixes_(suffixes) {}

  void leave_out_value(std::string what, std::string where, std::string next);
  void leave_out_row(std::string what, std::string where, std::string next);

  // Each takes one value of a list, or says why it does not.
  void add_domain(Organisation& organisation, std::string_view text, const std::string& where);
  void add_network(Organisation& organisation, std::string_view text, const std::string& where);
  void add_as(Organisation& organisation, std::string_view text, const std::string& where);
  void set_sector(std::string& sector, std::string_view text, const std::string& where);
  void add_authority(Organisation& organisation, std::string_view text, const std::string& where);
  void set_country(std::string& country, std::string_view text, const std::string& where);
  void set_language(std::string& language, std::string_view text, const std::string& where);
  void set_fingerprint(std::string& fingerprint, std::string_view text, const std::string& where);
  // The value of a contact of this channel; false if it can't be one.
  bool set_contact_value(Contact& contact, std::string_view text, const std::string& where);

  // Takes it unless it has no name, a bad id or one that was there before. An empty id is made.
  void add(Organisation organisation, const std::string& where);

  OrganisationList take() { return std::move(list_); }

 private:
  void note(Error error, bool whole_row);

  const PublicSuffixes& suffixes_;
  OrganisationList list_;
  std::unordered_set<std::string> ids_;
};

}  // namespace afterpatch::constituency

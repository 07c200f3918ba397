// The server of one tree: its names, people, build and habits, drawn from the seed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "range/random.h"
#include "range/season.h"
#include "range/tables.h"

namespace afterpatch::range {

struct User {
  std::string name;
  std::string address;  // "erin.hall@fabrikam.example"
  std::string sid;
  std::string mailbox;  // GUID
  std::string device;   // ActiveSync device id
  std::string client;   // address at the office
  std::string outside;  // address on the road
};

struct Server {
  ServerKind kind;
  std::string name;                // "MAIL01"
  std::string netbios;             // "FABRIKAM"
  std::string forest;              // "fabrikam.local"
  std::string fqdn;                // "mail01.fabrikam.local"
  std::string domain;              // "fabrikam.example": the outside name
  std::vector<std::string> hosts;  // "mail.fabrikam.example", "autodiscover.fabrikam.example"
  std::string address;             // "10.20.30.11"
  std::string outside_address;     // as the internet sees it
  std::string link_local;          // "fe80::2063:570a:9da1:9b71%12", used between front and back end
  std::string oab_guid;
  std::vector<User> users;  // the last one is the administrator
  std::string balancer;     // address of the balancer; empty if there is none
  std::string iis_layout;
  std::string iis_layout_after;         // after `iis_change`
  std::optional<Timestamp> iis_change;  // when the administrator changed the logged fields
  std::optional<Timestamp> patched;     // when the fixed build was installed
  std::vector<Timestamp> restarts;      // of IIS: header blocks repeat, HttpProxy begins a new file
  bool byte_order_mark = false;

  const Build& build_at(Timestamp time) const {
    return patched && time >= *patched ? kind.fixed : kind.vulnerable;
  }
  const std::string& iis_layout_at(Timestamp time) const {
    return iis_change && time >= *iis_change ? iis_layout_after : iis_layout;
  }
  const User& administrator() const { return users.back(); }
  std::string account(const User& user) const { return netbios + "\\" + user.name; }
};

// A server of that season. `must_be_patchable`: choose among builds whose fix was out on the first day.
Server make_server(Random random, bool must_be_patchable, const Season& season = kProxyLogon);

}  // namespace afterpatch::range

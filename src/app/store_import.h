// `afterpatch store import`: takes whatever somebody knows about servers into a store.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "app/store_format.h"
#include "app/usual_campaign.h"
#include "base/error.h"
#include "base/time.h"
#include "store/store.h"

namespace afterpatch::app {

struct StoreImport {
  std::vector<std::string> files;
  std::string store;
  std::string
      kind;  // "hunt", "scan", "shadowserver", "intelmq", "statements", "list"; empty: told by content
  std::string server;                     // of a hunt: "192.0.2.1", "192.0.2.1:8443", "[2001:db8::1]:443"
  std::string campaign = kUsualCampaign;  // of what others report
  std::optional<std::filesystem::path> knowledge;
  std::optional<Timestamp> received = {};  // when hunts and reports of others were received; absent: now
  StoreFormat format = StoreFormat::text;
};

// Returns the exit status. Makes the table of servers again when all files are in.
int run_store_import(const StoreImport& command, std::ostream& out, std::ostream& err);

// What a file with this beginning is: a word of `kind`, or empty if nobody can tell.
std::string kind_of_content(std::string_view beginning);

// The tables that new statements and spans change: where servers stand, cases, and who was hit alike.
Result<void> renew_tables(store::Store& store);

}  // namespace afterpatch::app

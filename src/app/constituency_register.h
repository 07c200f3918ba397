// The register of organisations and the servers of a store, brought together: whose is each. Everything is
// made from statements and spans, so `store rebuild` makes it again with the same result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/constituency_servers.h"
#include "base/error.h"
#include "constituency/attribution.h"
#include "constituency/domain_name.h"
#include "constituency/organisation.h"
#include "store/store.h"

namespace afterpatch::app {

struct Register {
  constituency::PublicSuffixes suffixes;
  std::vector<constituency::Organisation> organisations;  // by id

  const constituency::Organisation* find(const std::string& id) const;  // null if there is none
};

// Organisations of the store's directory. Fails on a row that is none.
Result<Register> load_register(store::Store& store);

struct AttributionCounts {
  std::uint64_t servers = 0;
  std::uint64_t to_organisation = 0;  // those below are part of it
  std::uint64_t to_provider = 0;      // whose it is is not known, but who hosts it
  std::uint64_t decided = 0;          // by an operator
  std::uint64_t conflicts = 0;
  std::uint64_t nobody = 0;
  std::vector<std::string> found_providers;  // not flagged so in the list, but seen to host others
};

// Works out whose each server is and writes the owners of the store's directory. The statements stay as they
// are; run it again whenever organisations or servers came.
Result<AttributionCounts> attribute_all(store::Store& store);

// For `store rebuild`: clears the directory, puts the organisations there as the statements list them, and
// attributes all servers again. The same content as before.
Result<AttributionCounts> replay_constituency(store::Store& store);

// The operator's decision, if there is one, above the rules. REQUIRES: the attributor learnt all servers.
constituency::Attribution answer_for(const constituency::Attributor& attributor, const KnownServer& server);

store::OwnerRow owner_row(const KnownServer& server, const constituency::Attribution& answer);
store::OrganisationRow organisation_row(const constituency::Organisation& organisation);

}  // namespace afterpatch::app

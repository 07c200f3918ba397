#include "app/store_rebuild.h"

#include <array>
#include <ostream>
#include <string_view>

#include <fmt/format.h>

#include "app/constituency_register.h"
#include "app/exit_status.h"
#include "app/give_up.h"
#include "notify/case_book.h"
#include "situation/situation.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

// One derived table, or some, and who makes it again.
struct Step {
  std::string_view what;
  Result<void> (*replay)(store::Store&);
};

Result<void> refresh_servers(store::Store& store) {
  return store.servers().refresh();
}

// Owners are told by what the servers' answers show, and are shown with the servers.
Result<void> attribute_owners(store::Store& store) {
  const auto counted = replay_constituency(store);
  return counted ? store.servers().refresh() : Result<void>(std::unexpected(counted.error()));
}

Result<void> find_clusters(store::Store& store) {
  const auto found = situation::save_clusters(store);
  return found ? Result<void>() : Result<void>(std::unexpected(found.error()));
}

// In this order: what a later one reads, an earlier one made.
constexpr std::array<Step, 4> kSteps = {{{"servers", refresh_servers},
                                         {"owners", attribute_owners},
                                         {"cases", notify::replay},
                                         {"clusters", find_clusters}}};

}  // namespace

int run_store_rebuild(const StoreRebuild& command, std::ostream& out, std::ostream& err) {
  const auto store = store::Store::open(command.store);
  if (!store) return give_up(store.error(), err);
  const auto rebuilt = (*store)->together([&]() -> Result<void> {
    for (const Step& step : kSteps) {
      if (const auto done = step.replay(**store); !done) return done;
    }
    return {};
  });
  if (!rebuilt) return give_up(rebuilt.error(), err);
  store::ServerQuery all;
  all.limit = 0;
  const auto servers = (*store)->servers().find(all);
  if (!servers) return give_up(servers.error(), err);
  if (command.format == StoreFormat::json)
    out << fmt::format("{{\"servers\":{}}}\n", servers->total);
  else
    out << fmt::format("servers: {}\n", servers->total);
  return kSuccess;
}

}  // namespace afterpatch::app

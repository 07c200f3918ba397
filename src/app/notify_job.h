// What all notify commands share.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/clock.h"
#include "app/notify_config.h"
#include "base/error.h"
#include "base/time.h"
#include "store/store.h"

namespace afterpatch::app {

struct NotifyJob {
  std::string store;
  std::filesystem::path config;
  std::optional<std::filesystem::path> knowledge;
  bool json = false;
  bool no_progress = false;
  std::string by;  // who does it: "operator:anna" in statements
};

// Opens a store that is there; a mistyped name makes no new one.
Result<std::unique_ptr<store::Store>> open_store(const std::string& place);

std::string operator_source(const NotifyJob& job);  // "operator:anna"

// Notices named by their ids or their cases' numbers, in the given order; of a case those of `state` only,
// while a notice that is named and in another state is an error. With no names and `all`, every notice in
// that state.
Result<std::vector<store::NoticeRow>> choose_notices(store::Store& store,
                                                     const std::vector<std::string>& names, bool all,
                                                     const std::string& state);

}  // namespace afterpatch::app

// What the SOFTWARE hive says was installed: updates under Uninstall (where Microsoft's EOMT looks for them)
// and under keys that the product keeps itself (product.yaml, `update_keys`: where HealthChecker looks), and
// the cumulative update that its set-up noted (`set_up_keys`). That holds at the time of collecting; the
// keys' own times tell since when.
#pragma once

#include <vector>

#include "detect/findings.h"
#include "evidence/artefact.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

// Where Windows lists what can be uninstalled, below the root of SOFTWARE (Microsoft, "Uninstall Registry
// Key").
inline constexpr std::string_view kUninstallKey = "Microsoft\\Windows\\CurrentVersion\\Uninstall";

struct RegistryTraces {
  std::vector<InstalledProgram> programs;  // by file, then as the hive lists them
  std::vector<BuildTrace> builds;          // BuildSource::registry, each build once
};

// Reads the registry hives that are, or were loaded as, SOFTWARE. What can't be read is a problem.
RegistryTraces registry_traces(const evidence::Inventory& inventory, const knowledge::Product& product,
                               std::vector<evidence::Problem>& problems);

}  // namespace afterpatch::detect::files

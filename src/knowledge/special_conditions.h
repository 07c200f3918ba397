// Flaws for which the build alone does not decide: knowledge/products/<id>/special_conditions.csv
// (docs/product-format.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "knowledge/faults.h"
#include "knowledge/product.h"

namespace afterpatch::knowledge {

struct SpecialCondition {
  std::string cve;
  std::string applies_to;  // "every mailbox server"
  std::string condition;   // what must hold besides the update
  std::string where;       // where to look
  std::string source;
};

// In the order of the file; empty if the product has none. At most one a flaw, and only flaws that the
// product knows: others are faults.
std::vector<SpecialCondition> read_special_conditions(const std::filesystem::path& knowledge,
                                                      const Product& product, Faults& faults);

// The same, failing with the first fault.
Result<std::vector<SpecialCondition>> load_special_conditions(const std::filesystem::path& knowledge,
                                                              const Product& product);

}  // namespace afterpatch::knowledge

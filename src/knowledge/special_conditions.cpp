#include "knowledge/special_conditions.h"

#include <algorithm>

#include "base/file.h"
#include "knowledge/table_reader.h"

namespace afterpatch::knowledge {

std::vector<SpecialCondition> read_special_conditions(const std::filesystem::path& knowledge,
                                                      const Product& product, Faults& faults) {
  std::vector<SpecialCondition> all;
  const std::string file = (knowledge / "products" / product.id / "special_conditions.csv").string();
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return all;
  const auto text = read_file(file);
  if (!text) return faults.add(text.error()), all;
  enum { kCve, kAppliesTo, kCondition, kWhere, kSource };
  TableReader table(*text, file, {"cve", "applies_to", "condition", "where", "source"}, faults);
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string& cve = table.at(row, kCve);
    if (!product.knows_cve(cve)) table.fault(row, "'" + cve + "' is not in fixes.csv");
    if (std::ranges::find(all, cve, &SpecialCondition::cve) != all.end())
      table.fault(row, "'" + cve + "' stands twice");
    for (const int column : {kAppliesTo, kCondition, kWhere, kSource})
      if (table.at(row, static_cast<std::size_t>(column)).empty()) table.fault(row, "an empty field");
    all.push_back({cve, table.at(row, kAppliesTo), table.at(row, kCondition), table.at(row, kWhere),
                   table.at(row, kSource)});
  }
  return all;
}

Result<std::vector<SpecialCondition>> load_special_conditions(const std::filesystem::path& knowledge,
                                                              const Product& product) {
  Faults faults;
  auto all = read_special_conditions(knowledge, product, faults);
  if (!faults.empty()) return std::unexpected(faults.all().front());
  return all;
}

}  // namespace afterpatch::knowledge

// Reads a product's files and collects every fault on the way (docs/product-format.md).
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "knowledge/faults.h"
#include "knowledge/product.h"
#include "knowledge/table_reader.h"
#include "knowledge/yaml_value.h"

namespace afterpatch::knowledge {

class ProductLoader {
 public:
  // What could be read; whole only when no fault was added. Never null.
  static std::shared_ptr<Product> read(const std::filesystem::path& folder, Faults& faults);

 private:
  ProductLoader(const std::filesystem::path& folder, Faults& faults);

  void read_description();
  void read_product_line(const YamlValue& value, const std::string& file);
  void read_builds();
  std::optional<BuildInfo> read_build(TableReader& table, std::size_t row);
  void add_build(const BuildInfo& info);
  void name_branches(const std::string& file);
  void read_fixes();
  void read_fix(TableReader& table, std::size_t row);
  void read_known_good();
  void read_iis();
  void find_rules();

  std::filesystem::path folder_;
  Faults& faults_;
  std::shared_ptr<Product> product_;
  std::map<std::string, unsigned> branch_numbers_;  // product line -> numbers of a branch
  std::map<std::pair<std::string, std::string>, Build>
      updates_;  // (product line, cumulative update) -> a build
};

// Whether text is "CVE-2021-26855" or an advisory id such as "ADV24199947".
bool is_flaw_id(std::string_view text);

// The words for logs: those of evidence/artefact.h. Knowledge may not enter that room, so they stand here
// again.
bool is_log_name(std::string_view text);

}  // namespace afterpatch::knowledge

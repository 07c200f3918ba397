#include "detect/sigma/placeholder_file.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/file.h"
#include "detect/sigma/rule_fields.h"
#include "detect/sigma/rule_set.h"
#include "detect/sigma/yaml_tree.h"

namespace afterpatch::detect::sigma {
namespace {

constexpr const char* kExpected =
    "expected 'name: value' or 'name: [value, value]', such as Workstations: WS-*";

Parsed<Placeholders> read_map(const YamlNode& root) {
  if (!root.is_map()) return refuse(root.line, "placeholders must be a map from name to values");
  Placeholders placeholders;
  for (const auto& [name, node] : root.entries) {
    auto values = read_texts(*node);
    if (!values || values->empty())
      return refuse(node->line,
                    fmt::format("the placeholder '{}' needs a value or a list of values", name->text));
    if (name->text.empty() || name->text.find('%') != std::string::npos)
      return refuse(name->line,
                    fmt::format("'{}' is no name of a placeholder: write it without %", name->text));
    placeholders[name->text] = std::move(*values);
  }
  return placeholders;
}

}  // namespace

Result<Placeholders> parse_placeholders(std::string_view text, const std::string& file) {
  const auto documents = parse_yaml(text);
  if (documents.empty()) return fail("the file holds no placeholders", file, kExpected);
  for (const auto& document : documents) {
    if (!document)
      return fail(document.error().reason, fmt::format("{}:{}", file, document.error().line), kExpected);
  }
  if (documents.size() > 1)
    return fail("there is more than one document", fmt::format("{}:{}", file, documents[1]->root->line),
                "put all placeholders into one map");
  auto placeholders = read_map(*documents[0]->root);
  if (!placeholders)
    return fail(placeholders.error().reason, fmt::format("{}:{}", file, placeholders.error().line),
                kExpected);
  return std::move(*placeholders);
}

Result<Placeholders> load_placeholders(const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxRuleFileBytes);
  if (!text) return std::unexpected(text.error());
  return parse_placeholders(*text, file.string());
}

}  // namespace afterpatch::detect::sigma

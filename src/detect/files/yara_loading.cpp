#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "detect/files/yara_compiled.h"
#include "detect/files/yara_rules.h"

namespace afterpatch::detect::files {
namespace {

constexpr std::size_t kMaxRuleFiles = 20'000;

bool is_rule_file(const std::filesystem::path& path) {
  const std::string extension = to_lower_ascii(path.extension().string());
  return extension == ".yar" || extension == ".yara";
}

RefusedRule refused_path(const std::filesystem::path& path, std::string reason) {
  return {.file = path.string(), .line = 0, .rule = {}, .reason = std::move(reason)};
}

void collect_folder(const YaraSource& source, std::vector<YaraSource>& files, RuleReport& report) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<YaraSource> found;
  fs::recursive_directory_iterator entry(source.path, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator() && found.size() < kMaxRuleFiles;
       entry.increment(error)) {
    std::error_code ignored;
    if (is_rule_file(entry->path()) && entry->is_regular_file(ignored))
      found.push_back({entry->path(), source.campaign});
  }
  if (error)
    report.refused.push_back(
        refused_path(source.path, fmt::format("can't be listed to its end: {}", error.message())));
  if (found.empty() && !error)
    report.refused.push_back(refused_path(source.path, "holds no file ending in .yar or .yara"));
  std::sort(found.begin(), found.end(),
            [](const YaraSource& a, const YaraSource& b) { return a.path < b.path; });
  files.insert(files.end(), found.begin(), found.end());
}

std::vector<YaraSource> collect(const std::vector<YaraSource>& sources, RuleReport& report) {
  std::vector<YaraSource> files;
  for (const YaraSource& source : sources) {
    std::error_code error;
    if (std::filesystem::is_directory(source.path, error)) {
      collect_folder(source, files, report);
    } else if (std::filesystem::is_regular_file(source.path, error)) {
      files.push_back(source);
    } else {
      report.refused.push_back(refused_path(source.path, "is neither a file nor a folder"));
    }
  }
  return files;
}

std::vector<YaraSourceFile> read_all(const std::vector<YaraSource>& files, RuleReport& report) {
  std::vector<YaraSourceFile> sources;
  for (const YaraSource& file : files) {
    auto source = YaraSourceFile::read(file.path, file.campaign);
    if (source) {
      sources.push_back(std::move(*source));
    } else {
      report.refused.push_back(refused_path(file.path, source.error().what));
    }
  }
  return sources;
}

void count_rules(CompiledYara& compiled) {
  const YR_RULE* rule = nullptr;
  yr_rules_foreach(compiled.all->get(), rule) {
    if (RULE_IS_PRIVATE(rule)) continue;
    ++compiled.size;
    const std::size_t owner = std::strtoul(rule->ns->name, nullptr, 10);
    if (owner < compiled.sources.size() && !compiled.sources[owner].of_campaign())
      compiled.has_user_rules = true;
  }
}

}  // namespace

Result<YaraRules> YaraRules::compile(const std::vector<YaraSource>& sources, RuleReport& report) {
  if (!start_libyara()) return fail("libyara can't start", {}, "check the memory that is left");
  auto compiled = std::make_shared<CompiledYara>();
  compiled->sources = read_all(collect(sources, report), report);
  compiled->all = compile_yara(compiled->sources);
  if (!compiled->all) {
    std::erase_if(compiled->sources, [&](YaraSourceFile& source) { return !prune_yara(source, report); });
    compiled->all = compile_yara(compiled->sources);
  }
  if (!compiled->all)
    return fail("the YARA rules compile one by one but not together", {},
                "leave out some of the --yara files");
  count_rules(*compiled);
  compiled->note_order();
  report.loaded += compiled->size;
  YaraRules rules;
  rules.compiled_ = std::move(compiled);
  return rules;
}

std::size_t YaraRules::size() const {
  return compiled_ ? compiled_->size : 0;
}
bool YaraRules::has_user_rules() const {
  return compiled_ && compiled_->has_user_rules;
}

}  // namespace afterpatch::detect::files

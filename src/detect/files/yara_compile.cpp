#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "detect/files/yara_compiled.h"
#include "detect/files/yara_rules.h"

namespace afterpatch::detect::files {
namespace {

constexpr std::uint64_t kMaxRuleFileBytes = 64ULL << 20U;
constexpr std::size_t kMaxRuleFiles = 20'000;

struct RuleFile {
  std::filesystem::path path;
  bool of_campaign = false;
};

// What the compiler's callbacks write to; it must outlive the compiler.
struct CompilerNotes {
  std::optional<RefusedRule> first_error;  // later ones are mostly its consequences
  // Where included files were found, since libyara names an including file only as its own include wrote it.
  std::map<std::string, std::filesystem::path, std::less<>> included;
};

struct CompilerDeleter {
  void operator()(YR_COMPILER* compiler) const { yr_compiler_destroy(compiler); }
};
using Compiler = std::unique_ptr<YR_COMPILER, CompilerDeleter>;

struct FileDeleter {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

void note_error(int level, const char* file, int line, const YR_RULE* rule, const char* message,
                void* user_data) {
  auto& first = static_cast<CompilerNotes*>(user_data)->first_error;
  if (level != YARA_ERROR_LEVEL_ERROR || first) return;
  first = RefusedRule{.file = file == nullptr ? "" : file,
                      .line = line > 0 ? static_cast<std::uint64_t>(line) : 0,
                      .rule = rule == nullptr || rule->identifier == nullptr ? "" : rule->identifier,
                      .reason = message == nullptr ? "does not compile" : message};
}

// Beside the file that includes, wherever the program was started.
const char* open_include(const char* name, const char* including_file, const char* /*rule_namespace*/,
                         void* user_data) {
  auto& included = static_cast<CompilerNotes*>(user_data)->included;
  const std::string_view including = including_file == nullptr ? "" : including_file;
  const auto known = included.find(including);
  const std::filesystem::path owner =
      known == included.end() ? std::filesystem::path(including) : known->second;
  const std::filesystem::path path = owner.parent_path() / name;
  auto text = read_file(path, kMaxRuleFileBytes);
  if (!text) return nullptr;
  included[name] = path;
  return strdup(text->c_str());
}

void close_include(const char* text, void* /*user_data*/) {
  std::free(const_cast<char*>(text));
}  // NOLINT: libyara's signature

Compiler make_compiler(CompilerNotes& notes) {
  YR_COMPILER* raw = nullptr;
  if (yr_compiler_create(&raw) != ERROR_SUCCESS) return nullptr;
  Compiler compiler(raw);
  yr_compiler_set_callback(raw, note_error, &notes);
  yr_compiler_set_include_callback(raw, open_include, close_include, &notes);
  for (const char* variable : kYaraVariables) yr_compiler_define_string_variable(raw, variable, "");
  return compiler;
}

// The compiler is of no use any more after an error.
std::optional<RefusedRule> add_file(YR_COMPILER* compiler, CompilerNotes& notes, const RuleFile& file,
                                    std::size_t name_space) {
  const std::unique_ptr<std::FILE, FileDeleter> stream(std::fopen(file.path.c_str(), "rb"));
  const std::string name = file.path.string();
  if (!stream)
    return RefusedRule{.file = name,
                       .line = 0,
                       .rule = {},
                       .reason = fmt::format("can't be opened: {}", std::strerror(errno))};
  const int count =
      yr_compiler_add_file(compiler, stream.get(), fmt::to_string(name_space).c_str(), name.c_str());
  if (count == 0) return std::nullopt;
  RefusedRule refused = notes.first_error.value_or(
      RefusedRule{.file = name, .line = 0, .rule = {}, .reason = "does not compile"});
  if (refused.file.empty()) refused.file = name;
  if (refused.file != name) refused.reason += fmt::format(" (included by {})", name);
  return refused;
}

std::optional<RefusedRule> check_file(const RuleFile& file) {
  CompilerNotes notes;
  const Compiler compiler = make_compiler(notes);
  if (!compiler)
    return RefusedRule{
        .file = file.path.string(), .line = 0, .rule = {}, .reason = "libyara has no memory left"};
  auto refused = add_file(compiler.get(), notes, file, 0);
  if (refused) refused->reason += "; libyara takes a file as a whole, so none of its rules runs";
  return refused;
}

bool is_rule_file(const std::filesystem::path& path) {
  const std::string extension = to_lower_ascii(path.extension().string());
  return extension == ".yar" || extension == ".yara";
}

RefusedRule refused_path(const std::filesystem::path& path, std::string reason) {
  return {.file = path.string(), .line = 0, .rule = {}, .reason = std::move(reason)};
}

void collect_folder(const YaraSource& source, std::vector<RuleFile>& files, RuleReport& report) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<RuleFile> found;
  fs::recursive_directory_iterator entry(source.path, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator() && found.size() < kMaxRuleFiles;
       entry.increment(error)) {
    std::error_code ignored;
    if (is_rule_file(entry->path()) && entry->is_regular_file(ignored))
      found.push_back({entry->path(), source.of_campaign});
  }
  if (error)
    report.refused.push_back(
        refused_path(source.path, fmt::format("can't be listed to its end: {}", error.message())));
  if (found.empty() && !error)
    report.refused.push_back(refused_path(source.path, "holds no file ending in .yar or .yara"));
  std::sort(found.begin(), found.end(), [](const RuleFile& a, const RuleFile& b) { return a.path < b.path; });
  files.insert(files.end(), found.begin(), found.end());
}

std::vector<RuleFile> collect(const std::vector<YaraSource>& sources, RuleReport& report) {
  std::vector<RuleFile> files;
  for (const YaraSource& source : sources) {
    std::error_code error;
    if (std::filesystem::is_directory(source.path, error)) {
      collect_folder(source, files, report);
    } else if (std::filesystem::is_regular_file(source.path, error)) {
      files.push_back({source.path, source.of_campaign});
    } else {
      report.refused.push_back(refused_path(source.path, "is neither a file nor a folder"));
    }
  }
  return files;
}

// All files in one compiler, since one set is scanned much faster than many. Null when a file has a fault.
std::shared_ptr<CompiledYara> compile_together(const std::vector<RuleFile>& files) {
  CompilerNotes notes;
  const Compiler compiler = make_compiler(notes);
  auto compiled = std::make_shared<CompiledYara>();
  for (std::size_t i = 0; compiler && i < files.size(); ++i) {
    if (add_file(compiler.get(), notes, files[i], i)) return nullptr;
    compiled->namespaces.push_back({files[i].path.string(), files[i].of_campaign});
  }
  if (!compiler || yr_compiler_get_rules(compiler.get(), &compiled->rules) != ERROR_SUCCESS) return nullptr;
  return compiled;
}

void count_rules(CompiledYara& compiled) {
  const YR_RULE* rule = nullptr;
  yr_rules_foreach(compiled.rules, rule) {
    if (RULE_IS_PRIVATE(rule)) continue;
    ++compiled.size;
    const std::size_t owner = std::strtoul(rule->ns->name, nullptr, 10);
    if (owner < compiled.namespaces.size() && !compiled.namespaces[owner].of_campaign)
      compiled.has_user_rules = true;
  }
}

}  // namespace

bool start_libyara() {
  static std::once_flag once;
  static bool started = false;
  std::call_once(once, [] { started = yr_initialize() == ERROR_SUCCESS; });
  return started;
}

Result<YaraRules> YaraRules::compile(const std::vector<YaraSource>& sources, RuleReport& report) {
  if (!start_libyara()) return fail("libyara can't start", {}, "check the memory that is left");
  std::vector<RuleFile> files = collect(sources, report);
  YaraRules rules;
  auto compiled = compile_together(files);
  if (!compiled) {
    std::erase_if(files, [&](const RuleFile& file) {
      auto refused = check_file(file);
      if (refused) report.refused.push_back(std::move(*refused));
      return refused.has_value();
    });
    compiled = compile_together(files);
  }
  if (!compiled)
    return fail("the YARA rules compile one by one but not together", {},
                "leave out some of the --yara files");
  count_rules(*compiled);
  report.loaded += compiled->size;
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

#include <cstdlib>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "detect/files/yara_classes.h"
#include "detect/files/yara_compiled.h"

namespace afterpatch::detect::files {
namespace {

// A set for one class takes about as long to make as this much takes to scan with every rule.
constexpr std::uint64_t kPaysFrom = 4ULL << 20U;
// Fewer rules are searched so fast that there is nothing to gain.
constexpr std::size_t kFewRules = 100;

// A file with many faults is compiled once for each; this bounds the work.
constexpr std::uint64_t kMaxPruneBytes = 256ULL << 20U;
constexpr std::uint64_t kMaxPruned = 1000;

// What the callbacks of one compilation read and write; it must outlive the compiler.
struct Compilation {
  YaraSourceFile* loading = nullptr;       // while includes are still being met for the first time
  const YaraSourceFile* source = nullptr;  // else
  YaraSourceFile::LeftOut left_out;
  std::size_t includes = 0;                // of the source being compiled
  std::optional<RefusedRule> first_error;  // later ones are mostly its consequences
};

void note_error(int level, const char* file, int line, const YR_RULE* rule, const char* message,
                void* user_data) {
  auto& first = static_cast<Compilation*>(user_data)->first_error;
  if (level != YARA_ERROR_LEVEL_ERROR || first) return;
  first = RefusedRule{.file = file == nullptr ? "" : file,
                      .line = line > 0 ? static_cast<std::uint64_t>(line) : 0,
                      .rule = rule == nullptr || rule->identifier == nullptr ? "" : rule->identifier,
                      .reason = message == nullptr ? "does not compile" : message};
}

const char* open_include(const char* name, const char* including_file, const char* /*rule_namespace*/,
                         void* user_data) {
  auto& compilation = *static_cast<Compilation*>(user_data);
  if (compilation.first_error) return nullptr;  // or the numbers of what follows would shift
  const std::size_t number = compilation.includes + 1;
  if (compilation.loading != nullptr) {
    const std::string* text =
        compilation.loading->include(number, name, including_file == nullptr ? "" : including_file);
    if (text == nullptr) return nullptr;
    compilation.includes = number;
    return strdup(text->c_str());
  }
  if (number >= compilation.source->pieces()) return nullptr;
  compilation.includes = number;
  return strdup(compilation.source->piece_text(number, compilation.left_out).c_str());
}

void close_include(const char* text, void* /*user_data*/) {
  std::free(const_cast<char*>(text));  // NOLINT: libyara's signature
}

struct CompilerDeleter {
  void operator()(YR_COMPILER* compiler) const { yr_compiler_destroy(compiler); }
};
using Compiler = std::unique_ptr<YR_COMPILER, CompilerDeleter>;

struct FileDeleter {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Compiler make_compiler(Compilation& compilation) {
  YR_COMPILER* raw = nullptr;
  if (yr_compiler_create(&raw) != ERROR_SUCCESS) return nullptr;
  Compiler compiler(raw);
  yr_compiler_set_callback(raw, note_error, &compilation);
  yr_compiler_set_include_callback(raw, open_include, close_include, &compilation);
  for (const char* variable : kYaraVariables) yr_compiler_define_string_variable(raw, variable, "");
  return compiler;
}

// The compiler is of no use any more after an error. libyara names a file only when it reads one, so the text
// is given as one.
bool add_text(YR_COMPILER* compiler, const std::string& text, std::size_t name_space,
              const std::string& name) {
  if (text.empty()) return true;
  const std::unique_ptr<std::FILE, FileDeleter> stream(
      fmemopen(const_cast<char*>(text.data()), text.size(), "rb"));  // NOLINT: opened for reading
  return stream &&
         yr_compiler_add_file(compiler, stream.get(), fmt::to_string(name_space).c_str(), name.c_str()) == 0;
}

std::unique_ptr<YaraSet> finish(const Compiler& compiler) {
  YR_RULES* rules = nullptr;
  if (!compiler || yr_compiler_get_rules(compiler.get(), &rules) != ERROR_SUCCESS) return nullptr;
  return std::make_unique<YaraSet>(rules);
}

bool add_source(YR_COMPILER* compiler, Compilation& compilation, YaraSourceFile& source,
                std::size_t name_space) {
  compilation.loading = &source;
  compilation.includes = 0;
  return add_text(compiler, source.piece_text(0), name_space, source.path().string());
}

}  // namespace

bool start_libyara() {
  static std::once_flag once;
  static bool started = false;
  std::call_once(once, [] { started = yr_initialize() == ERROR_SUCCESS; });
  return started;
}

std::unique_ptr<YaraSet> compile_yara(std::vector<YaraSourceFile>& sources) {
  Compilation compilation;
  const Compiler compiler = make_compiler(compilation);
  for (std::size_t i = 0; compiler && i < sources.size(); ++i) {
    if (!add_source(compiler.get(), compilation, sources[i], i)) return nullptr;
  }
  return finish(compiler);
}

std::unique_ptr<YaraSet> compile_yara_for(const std::vector<YaraSourceFile>& sources,
                                          const YaraFileClass& files) {
  Compilation compilation;
  const Compiler compiler = make_compiler(compilation);
  for (std::size_t i = 0; compiler && i < sources.size(); ++i) {
    compilation.source = &sources[i];
    compilation.includes = 0;
    compilation.left_out = sources[i].left_out(files);
    if (sources[i].is_all(compilation.left_out)) continue;
    const std::string text = sources[i].piece_text(0, compilation.left_out);
    if (!add_text(compiler.get(), text, i, sources[i].path().string())) return nullptr;
  }
  return finish(compiler);
}

bool prune_yara(YaraSourceFile& source, RuleReport& report) {
  std::uint64_t compiled = 0;
  for (std::uint64_t round = 0;; ++round) {
    Compilation compilation;
    const Compiler compiler = make_compiler(compilation);
    if (compiler && add_source(compiler.get(), compilation, source, 0)) return true;
    compiled += source.bytes();
    RefusedRule refused = compilation.first_error.value_or(
        RefusedRule{.file = {}, .line = 0, .rule = {}, .reason = "does not compile"});
    if (refused.file.empty()) refused.file = source.path().string();
    const bool again = compiler && round < kMaxPruned && compiled < kMaxPruneBytes;
    const auto left_out =
        again ? source.leave_out_at(refused.file, refused.line, refused.rule) : std::nullopt;
    if (left_out) refused.rule = *left_out;
    if (refused.file != source.path())
      refused.reason += fmt::format(" (included by {})", source.path().string());
    refused.reason +=
        left_out ? "; the other rules of the file run" : "; none of the rules of this file runs";
    report.refused.push_back(std::move(refused));
    if (!left_out) return false;
  }
}

CompiledYara::CompiledYara() : classes_(yara_class_count()) {}

const YaraSet& CompiledYara::set_for(std::size_t file_class, std::size_t bytes, bool at_once) const {
  ClassSet& own = classes_[file_class];
  if (const YaraSet* ready = own.ready.load(std::memory_order_acquire)) return *ready;
  const std::uint64_t seen = own.seen.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (!at_once && (seen < kPaysFrom || size < kFewRules)) return *all;
  const std::unique_lock lock(own.making, std::try_to_lock);
  if (!lock || own.failed) return *all;
  if (own.made == nullptr) own.made = compile_yara_for(sources, yara_class(file_class));
  own.failed = own.made == nullptr;
  own.ready.store(own.made.get(), std::memory_order_release);
  return own.failed ? *all : *own.made;
}

}  // namespace afterpatch::detect::files

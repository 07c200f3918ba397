#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "detect/files/yara_compiled.h"

namespace afterpatch::detect::files {
namespace {

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

std::size_t append(const void* data, std::size_t size, std::size_t count, void* buffer) {
  static_cast<std::string*>(buffer)->append(static_cast<const char*>(data), size * count);
  return count;
}

struct Unread {
  std::string_view bytes;
};

std::size_t take(void* data, std::size_t size, std::size_t count, void* buffer) {
  auto& unread = *static_cast<Unread*>(buffer);
  if (size * count > unread.bytes.size()) return 0;
  std::memcpy(data, unread.bytes.data(), size * count);
  unread.bytes.remove_prefix(size * count);
  return count;
}

// The compiler reserves 12 MiB for whatever set of rules; a set that was saved and read again takes what it
// needs.
std::unique_ptr<YaraSet> packed(std::unique_ptr<YaraSet> set) {
  std::string saved;
  YR_STREAM out{.user_data = &saved, .read = nullptr, .write = append};
  if (!set || yr_rules_save_stream(set->get(), &out) != ERROR_SUCCESS) return nullptr;
  Unread unread{saved};
  YR_STREAM in{.user_data = &unread, .read = take, .write = nullptr};
  YR_RULES* rules = nullptr;
  if (yr_rules_load_stream(&in, &rules) != ERROR_SUCCESS) return nullptr;
  return std::make_unique<YaraSet>(rules);
}

bool add_source(YR_COMPILER* compiler, Compilation& compilation, YaraSourceFile& source,
                std::size_t name_space) {
  compilation.loading = &source;
  compilation.includes = 0;
  return add_text(compiler, source.piece_text(0), name_space, source.path().string());
}

void add_kept(std::uint32_t source, const YaraSourceFile::LeftOut& left_out,
              std::vector<YaraRulePlace>& kept) {
  for (std::uint32_t piece = 0; piece < left_out.size(); ++piece) {
    for (std::uint32_t rule = 0; rule < left_out[piece].size(); ++rule) {
      if (!left_out[piece][rule]) kept.push_back({.source = source, .piece = piece, .rule = rule});
    }
  }
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

std::unique_ptr<YaraSet> compile_yara_rules(const std::vector<YaraSourceFile>& sources,
                                            const YaraPrefilter& filter,
                                            const std::vector<std::uint32_t>& rules) {
  std::map<std::uint32_t, YaraSourceFile::LeftOut> needed;
  for (const std::uint32_t rule : rules) {
    const YaraRulePlace& place = filter.place(rule);
    const auto [own, added] = needed.try_emplace(place.source);
    if (added) own->second = sources[place.source].all_left_out();
    own->second[place.piece][place.rule] = false;
  }
  Compilation compilation;
  const Compiler compiler = make_compiler(compilation);
  std::vector<YaraRulePlace> kept;
  for (auto& [source, left_out] : needed) {
    if (!compiler) return nullptr;
    compilation.source = &sources[source];
    compilation.includes = 0;
    sources[source].keep_named(left_out);
    add_kept(source, left_out, kept);
    compilation.left_out = std::move(left_out);
    const std::string text = sources[source].piece_text(0, compilation.left_out);
    if (!add_text(compiler.get(), text, source, sources[source].path().string())) return nullptr;
  }
  auto set = packed(finish(compiler));
  if (set) set->sight = filter.sight(kept);
  return set;
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

}  // namespace afterpatch::detect::files

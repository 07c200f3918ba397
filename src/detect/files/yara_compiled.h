// Between compiling and scanning: what libyara made, and who the namespaces belong to.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <yara.h>

#include "detect/files/yara_prefilter.h"
#include "detect/files/yara_source.h"
#include "detect/findings.h"

namespace afterpatch::detect::files {

// Rules of libyara. It lets any number of scanners use one set at the same time.
class YaraSet {
 public:
  explicit YaraSet(YR_RULES* rules) : rules_(rules) {}
  YaraSet(const YaraSet&) = delete;
  YaraSet& operator=(const YaraSet&) = delete;
  ~YaraSet() { yr_rules_destroy(rules_); }
  YR_RULES* get() const { return rules_; }

  YaraSight sight;

 private:
  YR_RULES* rules_;
};

// Everything compiled, and the routing of files to fewer rules (yara_prefilter.h), made when it pays.
class CompiledYara {
 public:
  CompiledYara();

  std::vector<YaraSourceFile> sources;  // namespace "7" of libyara is sources[7]
  std::unique_ptr<YaraSet> all;
  std::size_t size = 0;  // rules that can match: not private
  bool has_user_rules = false;

  // Null until scanning with every rule would cost more than making it. `bytes` is what is about to be
  // scanned; with `at_once` it is made now. Thread-safe; a thread never waits for another one that makes it.
  const YaraPrefilter* prefilter(std::size_t bytes, bool at_once) const;
  // The rules that are always asked in this class, those that see whole files apart from the others. False if
  // they can't be had alone.
  bool always(const YaraPrefilter& filter, std::size_t file_class, std::vector<const YaraSet*>& sets) const;
  // Place of a rule among all, for the order of what is found.
  std::size_t order(const YR_RULE* rule) const;
  void note_order();

 private:
  struct AlwaysSet {
    std::once_flag made;
    std::vector<std::unique_ptr<YaraSet>> sets;
  };
  mutable std::atomic<std::uint64_t> seen_ = 0;
  mutable std::mutex making_;
  mutable std::unique_ptr<YaraPrefilter> filter_;
  mutable std::atomic<const YaraPrefilter*> ready_ = nullptr;
  mutable bool failed_ = false;
  mutable std::vector<AlwaysSet> always_;
  std::unordered_map<std::string, std::size_t> order_;  // "namespace name"
};

// All files in one set, since one set is scanned much faster than many; null when a file has a fault.
std::unique_ptr<YaraSet> compile_yara(std::vector<YaraSourceFile>& sources);
// Only these rules, and those that they name.
std::unique_ptr<YaraSet> compile_yara_rules(const std::vector<YaraSourceFile>& sources,
                                            const YaraPrefilter& filter,
                                            const std::vector<std::uint32_t>& rules);

// Takes those of `rules` that see whole files out of them.
std::vector<std::uint32_t> take_whole(const YaraPrefilter& filter, std::vector<std::uint32_t>& rules);

// Compiles the file by itself and leaves out what does not compile, rule by rule, until the rest does. False
// when nothing can be saved. What was left out is added to report.refused.
bool prune_yara(YaraSourceFile& source, RuleReport& report);

// libyara counts users of its global tables and is not safe to start twice at once, so it is started once for
// the process.
bool start_libyara();

// The external variables, in the order in which both compiler and scanner define them.
inline constexpr const char* kYaraVariables[] = {"filename", "filepath", "extension",
                                                 "filetype", "owner",    "md5"};

}  // namespace afterpatch::detect::files

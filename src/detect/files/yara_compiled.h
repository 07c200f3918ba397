// Between compiling and scanning: what libyara made, who the namespaces belong to, and one smaller set for
// each class of files (yara_classes.h), made when it pays.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <yara.h>

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

 private:
  YR_RULES* rules_;
};

class CompiledYara {
 public:
  CompiledYara();

  std::vector<YaraSourceFile> sources;  // namespace "7" of libyara is sources[7]
  std::unique_ptr<YaraSet> all;
  std::size_t size = 0;  // rules that can match: not private
  bool has_user_rules = false;

  // The set for files of this class: every rule, or fewer that match the same. `bytes` is what is about to be
  // scanned; with `at_once` the smaller set is made now, else when enough of the class was seen to pay for
  // it. Thread-safe; a thread never waits for another one's compilation.
  const YaraSet& set_for(std::size_t file_class, std::size_t bytes, bool at_once) const;

 private:
  struct ClassSet {
    std::atomic<std::uint64_t> seen = 0;
    std::atomic<const YaraSet*> ready = nullptr;
    std::mutex making;
    std::unique_ptr<YaraSet> made;
    bool failed = false;
  };
  mutable std::vector<ClassSet> classes_;
};

// All files in one set, since one set is scanned much faster than many; null when a file has a fault. With
// `files`, without the rules that can't match in that class.
std::unique_ptr<YaraSet> compile_yara(std::vector<YaraSourceFile>& sources);
std::unique_ptr<YaraSet> compile_yara_for(const std::vector<YaraSourceFile>& sources,
                                          const YaraFileClass& files);

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

// Which rules can match in a file at all. Most rules of public sets ask for a header, a size and several rare
// strings, so nearly all of them are out of the question before libyara looks at the file.
//
// Two steps, both conservative. For each class of files (yara_classes.h) every condition is evaluated with no
// string possible and with every string possible (yara_condition.h): a rule `never` matches there, `always`
// has to be asked, or `depends` on strings. Then one search (yara_search.h) finds which literals of strings
// (yara_literals.h) and patterns of strings without (yara_pattern.h) are in the file; what it does not find
// makes a string impossible, and the conditions of rules that depend and have one in the file are evaluated
// once more. Evaluating is slow beside a small
// file, so for rules that come up often it is worked out once which strings they can't do without ("$a and
// ...", "all of them"): where one of these is impossible the condition need not be read.
//
// Only few patterns are looked for in every file of a class: so many that a rule of whose strings nothing
// else is there can't match without one of them. The others count as found until a rule is left that asks for
// them, and are then looked for one by one.
//
// A literal that stands everywhere ("Mozilla/5.0" in a log) would have libyara look at the whole file. So it
// is found out whether a plain text is there for sure, and whether the whole of a string is there at all.
//
// Rules of a file that can't be divided (a global rule decides on all others) are always asked.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/files/yara_classes.h"
#include "detect/files/yara_condition.h"
#include "detect/files/yara_pattern_set.h"
#include "detect/files/yara_search.h"
#include "detect/files/yara_source.h"
#include "detect/files/yara_windows.h"

namespace afterpatch::detect::files {

// A rule's place in its source.
struct YaraRulePlace {
  std::uint32_t source = 0;
  std::uint32_t piece = 0;
  std::uint32_t rule = 0;
};

// Thread-safe; `sources` must outlive it and stay as they are.
class YaraPrefilter {
 public:
  static std::unique_ptr<YaraPrefilter> make(const std::vector<YaraSourceFile>& sources);
  ~YaraPrefilter() = default;
  YaraPrefilter(const YaraPrefilter&) = delete;
  YaraPrefilter& operator=(const YaraPrefilter&) = delete;

  // Belongs to one thread.
  class Scratch {
   public:
    // Of the file that candidates() saw last.
    const YaraHits& hits() const { return hits_; }

   private:
    friend class YaraPrefilter;
    std::unordered_map<std::size_t, YaraSearch::Scratch> searches_;  // by class
    YaraPatternSet::Scratch singles_;
    YaraHits hits_;
    std::vector<bool> touched_;                                // by rule
    std::unordered_map<const YaraStringText*, bool> refuted_;  // strings asked about in this file
    struct Needs {
      std::uint32_t asked = 0;
      bool known = false;
      std::vector<std::uint32_t> strings;  // without any one of them the rule can't match
    };
    std::unordered_map<std::uint64_t, Needs> needs_;  // by class and rule
  };

  // Numbers of rules, rising. `always` depends on the class alone.
  const std::vector<std::uint32_t>& always(std::size_t file_class) const { return plan(file_class).always; }
  // Whether enough files of the class were seen to pay for its search and plan. `bytes` is the size of the
  // next one.
  bool pays(std::size_t file_class, std::size_t bytes) const;
  // Rules that depend on strings and can match here. False when the search failed: then every rule can.
  bool candidates(std::string_view bytes, std::size_t file_class, Scratch& scratch,
                  std::vector<std::uint32_t>& rules) const;
  // Looks for what libyara is to be shown the places of and candidates() did not look for.
  void complete(std::string_view bytes, const YaraSight& sight, Scratch& scratch) const;

  // Whether a set with this rule, and those that it names, sees whole files.
  bool sees_whole(std::uint32_t rule) const { return rules_[rule].whole; }
  // How a set of exactly these rules may be shown files.
  YaraSight sight(const std::vector<YaraRulePlace>& rules) const;

  const YaraRulePlace& place(std::uint32_t rule) const { return rules_[rule].place; }

 private:
  enum class Need : std::uint8_t { never, always, depends };
  using Ways = std::vector<std::vector<std::uint32_t>>;  // literals, as in yara_literals.h
  struct Rule {
    YaraRulePlace place;
    const YaraRuleText* text = nullptr;
    YaraCondition condition;
    bool divisible = true;
    bool whole = false;
    std::vector<Ways> ways;                     // by string; empty = always possible
    std::vector<std::uint32_t> cheapest_first;  // strings with patterns, by what these cost
  };
  struct ClassPlan {
    std::atomic<std::uint64_t> seen = 0;
    std::once_flag made;
    std::vector<Need> needs;
    std::vector<std::uint32_t> always;
    std::vector<std::uint32_t> open;  // patterns that are looked for only when a rule is left that asks
    std::unique_ptr<const YaraSearch> search;  // null when it can't be built
  };

  YaraPrefilter() : plans_(yara_class_count()) {}
  void take_rules(const std::vector<YaraSourceFile>& sources);
  void note_owners(std::size_t literal_count);
  void note_who_sees_whole();
  bool add_sight(const Rule& rule, std::vector<YaraWatch>& watched) const;
  const ClassPlan& plan(std::size_t file_class, std::string_view sample = {}) const;
  YaraSearch::Wanted wanted(ClassPlan& plan, const YaraFileClass& files) const;
  std::vector<bool> first_patterns(const ClassPlan& plan, const YaraFileClass& files) const;
  void add_first_patterns(const Rule& rule, const YaraFileClass& files, std::vector<bool>& first) const;
  std::size_t cost(const Ways& ways) const;
  void note_costs();
  bool can_match_here(const Rule& rule, const YaraFileClass& files, std::string_view bytes,
                      Scratch& scratch) const;
  static bool is_open(const Ways& ways, const Scratch& scratch);
  void search_open(const Ways& ways, std::string_view bytes, Scratch& scratch) const;
  void search_one(std::uint32_t pattern, std::string_view bytes, Scratch& scratch) const;
  bool is_pattern(std::uint32_t number) const { return number >= literals_.size(); }
  Need need(const Rule& rule, const YaraFileClass& files) const;
  bool is_possible(const Rule& rule, std::size_t string, const Scratch& scratch) const;
  bool is_present(const Rule& rule, std::size_t string, std::string_view bytes, const Scratch& scratch) const;
  static bool is_everywhere(const Ways& ways, const Scratch& scratch);
  bool is_refuted(const YaraStringText& string, std::string_view bytes, Scratch& scratch) const;
  bool has_needed_strings(std::uint32_t rule, std::size_t file_class, Scratch& scratch) const;
  std::vector<std::uint32_t> needed_strings(const Rule& rule, std::size_t file_class) const;

  std::vector<Rule> rules_;
  std::vector<std::vector<std::uint32_t>> owners_;  // by literal: rules that have it
  std::vector<std::string> literals_;
  std::vector<std::string> patterns_;  // their numbers begin behind those of the literals
  std::unique_ptr<const YaraSinglePatterns> singles_;
  YaraStringPatterns string_patterns_;
  mutable std::vector<ClassPlan> plans_;
};

}  // namespace afterpatch::detect::files

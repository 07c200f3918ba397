// The text of one file of YARA rules and of all that it includes, from which single rules can be left out:
// for good when libyara can't compile them, or for one compilation when they are not needed there.
//
// Not thread-safe while it is loaded and pruned; its const functions are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "detect/files/yara_text.h"

namespace afterpatch::detect::files {

inline constexpr std::uint64_t kMaxRuleFileBytes = 64ULL << 20U;

// The names, and starts of names ("Family*"), by which conditions may mean rules and modules.
class YaraMentions {
 public:
  void add(const YaraRuleText& rule);
  bool has(std::string_view name) const;

 private:
  std::unordered_set<std::string_view> names_;
  std::vector<std::string_view> starts_;
};

class YaraSourceFile {
 public:
  // `campaign`: YaraSource::campaign.
  static Result<YaraSourceFile> read(const std::filesystem::path& path, std::string campaign);

  const std::filesystem::path& path() const { return pieces_.front()->path; }
  const std::string& campaign() const { return campaign_; }
  bool of_campaign() const { return !campaign_.empty(); }
  std::size_t bytes() const;

  // The piece that libyara gets for the `number`-th include of one compilation, in the order in which it
  // meets them (1 is the first). Looked for beside the file that includes. Null if it can't be read.
  const std::string* include(std::size_t number, std::string_view name, std::string_view including);

  // Leaves out the rule, or the include, at a line for good. `piece_name` as libyara names it, `rule` may be
  // empty. What was left out ("rule x"); nullopt when nothing of the sort stands there.
  std::optional<std::string> leave_out_at(std::string_view piece_name, std::uint64_t line,
                                          std::string_view rule);
  // Whether a piece of that name is known: errors name pieces.
  bool has_piece(std::string_view piece_name) const;

  // Which rules are left out of a compilation: one list a piece, one flag a rule.
  using LeftOut = std::vector<std::vector<bool>>;
  // With every flag set.
  LeftOut all_left_out() const;
  // Keeps, beside what is kept, the rules that it names.
  void keep_named(LeftOut& left_out) const;
  // Text of a piece (0 is the file itself), without the rules left out and without the modules that no rule
  // left needs: libyara fills these for every file, which takes longer than scanning a small one.
  std::string piece_text(std::size_t piece, const LeftOut& left_out) const;
  const std::string& piece_text(std::size_t piece) const { return pieces_[piece]->text; }
  const std::vector<YaraRuleText>& rules(std::size_t piece) const { return pieces_[piece]->cut.rules; }
  // Its rules may be left out one by one: every piece is understood and no global rule decides on others.
  bool is_divisible() const;
  std::size_t pieces() const { return pieces_.size(); }

 private:
  struct Piece {
    std::filesystem::path path;
    std::string name;  // as libyara names it in errors
    std::string text;
    YaraFileText cut;  // views into text
  };
  static Result<std::unique_ptr<Piece>> read_piece(const std::filesystem::path& path, std::string name);
  YaraMentions mentions_of_kept(const LeftOut& left_out) const;
  Piece* piece_named(std::string_view name) const;
  std::vector<std::unique_ptr<Piece>> pieces_;
  std::string campaign_;
};

}  // namespace afterpatch::detect::files

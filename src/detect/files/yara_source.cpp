#include "detect/files/yara_source.h"

#include <algorithm>

#include "base/file.h"

namespace afterpatch::detect::files {

void YaraMentions::add(const YaraRuleText& rule) {
  for (std::size_t i = 0; i < rule.condition.size(); ++i) {
    const YaraToken& token = rule.condition[i];
    if (token.kind != YaraToken::Kind::word) continue;
    const bool wild = i + 1 < rule.condition.size() && rule.condition[i + 1].text == "*";
    if (wild) starts_.push_back(token.text);
    names_.insert(token.text);
  }
}

bool YaraMentions::has(std::string_view name) const {
  return names_.contains(name) || std::any_of(starts_.begin(), starts_.end(), [&](std::string_view start) {
           return name.starts_with(start);
         });
}

Result<std::unique_ptr<YaraSourceFile::Piece>> YaraSourceFile::read_piece(const std::filesystem::path& path,
                                                                          std::string name) {
  auto text = read_file(path, kMaxRuleFileBytes);
  if (!text) return std::unexpected(text.error());
  auto piece = std::make_unique<Piece>();
  piece->path = path;
  piece->name = std::move(name);
  piece->text = std::move(*text);
  piece->cut = cut_yara_text(piece->text);
  return piece;
}

Result<YaraSourceFile> YaraSourceFile::read(const std::filesystem::path& path, std::string campaign) {
  auto piece = read_piece(path, path.string());
  if (!piece) return std::unexpected(piece.error());
  YaraSourceFile file;
  file.campaign_ = std::move(campaign);
  file.pieces_.push_back(std::move(*piece));
  return file;
}

std::size_t YaraSourceFile::bytes() const {
  std::size_t sum = 0;
  for (const auto& piece : pieces_) sum += piece->text.size();
  return sum;
}

// Several pieces can have one name, since a file may be included twice: the last one met is meant.
YaraSourceFile::Piece* YaraSourceFile::piece_named(std::string_view name) const {
  const auto found =
      std::find_if(pieces_.rbegin(), pieces_.rend(), [&](const auto& piece) { return piece->name == name; });
  return found == pieces_.rend() ? nullptr : found->get();
}

bool YaraSourceFile::has_piece(std::string_view piece_name) const {
  return piece_named(piece_name) != nullptr;
}

const std::string* YaraSourceFile::include(std::size_t number, std::string_view name,
                                           std::string_view including) {
  if (number < pieces_.size()) return &pieces_[number]->text;
  const Piece* owner = piece_named(including);
  const std::filesystem::path folder = (owner != nullptr ? owner->path : path()).parent_path();
  auto piece = read_piece(folder / name, std::string(name));
  if (!piece) return nullptr;
  pieces_.push_back(std::move(*piece));
  return &pieces_.back()->text;
}

std::optional<std::string> YaraSourceFile::leave_out_at(std::string_view piece_name, std::uint64_t line,
                                                        std::string_view rule) {
  Piece* piece = piece_named(piece_name);
  if (piece == nullptr || !piece->cut.sound) return std::nullopt;
  auto& rules = piece->cut.rules;
  auto bad = std::find_if(rules.rbegin(), rules.rend(), [&](const YaraRuleText& r) {
    return !rule.empty() && r.name == rule && r.first_line <= line;
  });
  if (bad == rules.rend()) {
    bad = std::find_if(rules.rbegin(), rules.rend(),
                       [&](const YaraRuleText& r) { return r.first_line <= line && line <= r.last_line; });
  }
  if (bad != rules.rend()) {
    const std::string name(bad->name);
    blank_out(piece->text, bad->begin, bad->end);
    rules.erase(std::next(bad).base());
    return name;
  }
  for (YaraInclude& include : piece->cut.includes) {
    if (include.line != line || include.begin == include.end) continue;
    blank_out(piece->text, include.begin, include.end);
    include.end = include.begin;
    return std::string();
  }
  return std::nullopt;
}

YaraSourceFile::LeftOut YaraSourceFile::all_left_out() const {
  LeftOut out;
  for (const auto& piece : pieces_) out.emplace_back(piece->cut.rules.size(), true);
  return out;
}

bool YaraSourceFile::is_divisible() const {
  return std::all_of(pieces_.begin(), pieces_.end(), [](const auto& piece) {
    const auto& rules = piece->cut.rules;
    return piece->cut.sound &&
           std::none_of(rules.begin(), rules.end(), [](const YaraRuleText& rule) { return rule.is_global; });
  });
}

YaraMentions YaraSourceFile::mentions_of_kept(const LeftOut& left_out) const {
  YaraMentions mentions;
  for (std::size_t p = 0; p < pieces_.size(); ++p) {
    for (std::size_t i = 0; i < left_out[p].size(); ++i) {
      if (!left_out[p][i]) mentions.add(pieces_[p]->cut.rules[i]);
    }
  }
  return mentions;
}

void YaraSourceFile::keep_named(LeftOut& left_out) const {
  YaraMentions mentions = mentions_of_kept(left_out);
  // What is kept for another's sake may itself name rules.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t p = pieces_.size(); p-- > 0;) {
      for (std::size_t i = left_out[p].size(); i-- > 0;) {
        const YaraRuleText& rule = pieces_[p]->cut.rules[i];
        if (!left_out[p][i] || !mentions.has(rule.name)) continue;
        left_out[p][i] = false;
        mentions.add(rule);
        changed = true;
      }
    }
  }
}

std::string YaraSourceFile::piece_text(std::size_t piece, const LeftOut& left_out) const {
  std::string text = pieces_[piece]->text;
  const auto& rules = pieces_[piece]->cut.rules;
  const YaraMentions mentions = mentions_of_kept(left_out);
  for (const YaraImport& import : pieces_[piece]->cut.imports) {
    if (!mentions.has(import.module)) blank_out(text, import.begin, import.end);
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (left_out[piece][i]) blank_out(text, rules[i].begin, rules[i].end);
  }
  return text;
}

}  // namespace afterpatch::detect::files

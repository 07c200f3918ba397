#include "detect/sigma/witness.h"

#include <fmt/format.h>
#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <expected>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "detect/sigma/code_points.h"
#include "detect/sigma/field_aliases.h"
#include "detect/sigma/literal_rarity.h"

namespace afterpatch::detect::sigma {
namespace {

// A necessary set and how many rows it is expected in, or why there is none.
struct Set {
  std::vector<Literal> literals;
  double share = 0;
};
using Found = std::expected<Set, std::string>;

std::unexpected<std::string> none(std::string reason) {
  return std::unexpected(std::move(reason));
}

// Whether a character of a value stands for itself in the row. '?' may be the seam of path and query, quotes
// are doubled in CSV and in key=value text, a backslash may be escaped; a space stays as a class of its own.
bool is_stable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\'' && c != '\\' && c != '?';
}

// Bytes of the character at `at` if it is the same in every writing of a value; 0 if not.
std::size_t stable_bytes(std::string_view text, std::size_t at, const WitnessOptions& options) {
  // W3C rows escape nothing.
  const auto byte = static_cast<unsigned char>(text[at]);
  if (options.iis_rows) return byte >= 0x20 && byte < 0x7F ? 1 : 0;
  if (options.medium == Medium::row) return is_stable(text[at]) ? 1 : 0;
  if (byte < 0x80) return 1;
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) ++end;
  std::vector<char32_t> characters;
  decode(text.substr(at, end - at), Case::as_is, characters);
  return characters.size() == 1 && !has_case(characters[0]) && characters[0] < kIllFormedByte ? end - at : 0;
}

// Spaces at the ends tell little and stand beside much.
std::string_view without_outer_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

constexpr double kShareBeyondAscii = 0.01;

double share_of(std::string_view lower_case, Medium medium) {
  return medium == Medium::row ? share_of_rows(lower_case) : share_of_events(lower_case);
}

// All the ways in which IIS may write a text. No column holds a space, so a value with one was written with
// '+' throughout; only a keyword may also stand across columns as it is. At most one '?' is the seam of path
// and query.
std::vector<Literal> as_iis_writes(const std::string& text, bool is_keyword) {
  std::vector<std::string> ways;
  const bool has_space = text.find(' ') != std::string::npos;
  if (!has_space || is_keyword) ways.push_back(text);
  if (has_space) std::ranges::replace(ways.emplace_back(text), ' ', '+');
  for (std::size_t at = text.find('?'); at != std::string::npos && !has_space; at = text.find('?', at + 1))
    ways.emplace_back(text)[at] = ' ';
  std::ranges::sort(ways);
  std::vector<Literal> literals;
  for (std::string& way : ways) literals.push_back({std::move(way), false, {}, false});
  return literals;
}

// Finds the rarest run of a literal text.
class RunChooser {
 public:
  RunChooser(const WitnessOptions& options, bool is_keyword) : options_(options), is_keyword_(is_keyword) {}

  // `breaks` are further characters at which runs end.
  void add(std::string_view text, std::string_view breaks = {}) {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
      const bool breaks_here = breaks.find(to_lower_ascii(text[at])) != std::string_view::npos;
      const std::size_t bytes = breaks_here ? 0 : stable_bytes(text, at, options_);
      at += std::max<std::size_t>(bytes, 1);
      if (bytes != 0) continue;
      offer(text.substr(begin, at - 1 - begin));
      begin = at;
    }
    offer(text.substr(begin));
  }

  Found best() const {
    if (best_.empty())
      return none(
          fmt::format("no run of at least {} characters that a log writes unchanged", options_.min_length));
    if (options_.iis_rows) return Set{as_iis_writes(best_, is_keyword_), share_};
    const bool space_or_plus = options_.medium == Medium::row && best_.find(' ') != std::string::npos;
    return Set{{{best_, space_or_plus, {}, false}}, share_};
  }

 private:
  // A long run is tried piece by piece, since only some of it may be rare.
  void offer(std::string_view run) {
    while (run.size() > options_.max_length) {
      offer_piece(run.substr(0, options_.max_length));
      run.remove_prefix(std::max<std::size_t>(options_.max_length / 2, 1));
    }
    offer_piece(run);
  }

  void offer_piece(std::string_view piece) {
    if (options_.medium == Medium::row) piece = without_outer_spaces(piece);
    if (piece.size() < options_.min_length) return;
    std::string lower = to_lower_ascii(piece);
    const double share = share_of(lower, options_.medium);
    if (!best_.empty() && share >= share_) return;
    best_ = std::move(lower);
    share_ = share;
  }

  const WitnessOptions& options_;
  bool is_keyword_;
  std::string best_;
  double share_ = 1;
};

constexpr std::string_view kNegated = "it asks what is not in the row";

// When neither side has a set, the more telling reason is kept.
Found best_of(Found a, Found b) {
  if (!a) return b || a.error() == kNegated ? b : a;
  return b && b->share < a->share ? b : a;
}

// Sorted and without duplicates; the share is counted anew, since one literal can serve several values.
Set united(std::vector<Literal> literals, Medium medium) {
  std::ranges::sort(literals);
  const auto rest = std::ranges::unique(literals);
  literals.erase(rest.begin(), rest.end());
  double share = 0;
  for (const Literal& literal : literals)
    share += literal.beyond_ascii ? kShareBeyondAscii : share_of(literal.text, medium);
  return {std::move(literals), share};
}

// Whether the expression can match a letter beyond ASCII for an ASCII one (RE2 folds k with U+212A and s with
// U+017F), so that its literals may be missing from the row. Errs on the side of yes.
bool may_fold(const Regex& regex) {
  const bool flags_inside = regex.text.find("(?") != std::string::npos;
  const bool names_characters =
      regex.text.find("\\x") != std::string::npos || regex.text.find("\\p") != std::string::npos ||
      regex.text.find("\\P") != std::string::npos || regex.text.find("\\0") != std::string::npos;
  return regex.ignore_case || flags_inside || names_characters || !is_ascii(regex.text);
}

class Analysis {
 public:
  Analysis(const Rule& rule, const WitnessOptions& options) : rule_(rule), options_(options) {}

  Found run() const {
    Found found = of_condition(rule_.condition, true);
    if (!found) return found;
    if (found->literals.size() > options_.max_literals)
      return none(fmt::format("more than {} literals would be needed", options_.max_literals));
    if (found->share > options_.max_share || share_of_most_common(*found) > options_.max_share_of_one) {
      return none(
          fmt::format("its texts are too common in such logs: '{}' and the like", most_common(*found)));
    }
    return found;
  }

 private:
  double share_of_literal(const Literal& literal) const {
    return literal.beyond_ascii ? kShareBeyondAscii : share_of(literal.text, options_.medium);
  }

  std::string most_common(const Set& set) const {
    return std::ranges::max(set.literals, {},
                            [&](const Literal& literal) { return share_of_literal(literal); })
        .text;
  }

  double share_of_most_common(const Set& set) const {
    double share = 0;
    for (const Literal& literal : set.literals) share = std::max(share, share_of_literal(literal));
    return share;
  }

  // All of the parts must hold (`all`), or one of them. Under a negation the two change places (De Morgan).
  template <typename Parts, typename OfPart>
  Found of_parts(const Parts& parts, bool all, const OfPart& of_part) const {
    return all || parts.size() == 1 ? rarest_part(parts, of_part) : every_part(parts, of_part);
  }

  template <typename Parts, typename OfPart>
  Found rarest_part(const Parts& parts, const OfPart& of_part) const {
    Found found = of_part(parts[0]);
    for (std::size_t i = 1; i < parts.size(); ++i) found = best_of(std::move(found), of_part(parts[i]));
    return found;
  }

  template <typename Parts, typename OfPart>
  Found every_part(const Parts& parts, const OfPart& of_part) const {
    std::vector<Literal> literals;
    for (const auto& part : parts) {
      Found found = of_part(part);
      if (!found) return found;
      std::ranges::move(found->literals, std::back_inserter(literals));
    }
    return united(std::move(literals), options_.medium);
  }

  // `wanted` is false below an odd number of negations.
  Found of_condition(const Condition& condition, bool wanted) const {
    switch (condition.kind) {
      case Condition::Kind::selection:
        return of_detection(rule_.selections[condition.selection].detection, wanted);
      case Condition::Kind::negation:
        return of_condition(condition.parts[0], !wanted);
      case Condition::Kind::all_of:
      case Condition::Kind::any_of:
        break;
    }
    const bool all = (condition.kind == Condition::Kind::all_of) == wanted;
    return of_parts(condition.parts, all, [&](const Condition& part) { return of_condition(part, wanted); });
  }

  Found of_detection(const Detection& detection, bool wanted) const {
    if (detection.kind == Detection::Kind::item) return of_item(detection.item, wanted);
    const bool all = (detection.kind == Detection::Kind::all_of) == wanted;
    return of_parts(detection.parts, all, [&](const Detection& part) { return of_detection(part, wanted); });
  }

  Found of_item(const Item& item, bool wanted) const {
    if (wanted == item.negated) return none(std::string(kNegated));
    if (item.field && std::ranges::find(options_.known_fields, *item.field) != options_.known_fields.end())
      return none("it is known of every event that the rule is asked about");
    const std::string_view field = item.field ? std::string_view(*item.field) : std::string_view();
    Found found =
        of_parts(item.values, item.every, [&](const Value& value) { return of_value(value, field); });
    if (found && options_.medium == Medium::values && item.field)
      for (Literal& literal : found->literals) literal.field = *item.field;
    return found;
  }

  Found of_value(const Value& value, std::string_view field) const {
    if (const auto* pattern = std::get_if<Pattern>(&value.kind)) return of_pattern(*pattern, field);
    if (const auto* regex = std::get_if<Regex>(&value.kind)) return of_regex(*regex, field.empty());
    if (const auto* any = std::get_if<AnyOf>(&value.kind)) {
      return of_parts(any->values, false, [&](const Value& one) { return of_value(one, field); });
    }
    return none(fmt::format("'{}' is not told by a text", to_string(value)));
  }

  Found of_pattern(const Pattern& pattern, std::string_view field) const {
    RunChooser chooser(options_, field.empty());
    for (const PatternPart& part : pattern.parts) {
      if (part.kind == PatternPart::Kind::text) chooser.add(part.text);
    }
    Found found = best_of(chooser.best(), beyond_ascii(pattern));
    return best_of(std::move(found), by_ends(pattern, field));
  }

  // A value by what stands beside it in the row: short ones are told by nothing else, and of a common text (a
  // browser's name) the whole column is rare.
  Found by_ends(const Pattern& pattern, std::string_view field) const {
    if (!options_.iis_rows || field.empty()) return none("its values are too short");
    if (pattern.parts.empty()) return Set{};  // an empty column counts as absent, so this never matches
    const PatternPart* text = only_text(pattern);
    const FieldAlias* alias = find_alias(field);
    const Derivation derivation = alias != nullptr ? alias->derivation : Derivation::as_logged;
    const bool is_column = derivation == Derivation::as_logged || derivation == Derivation::plus_may_be_space;
    if (text == nullptr || !(is_column || derivation == Derivation::extension))
      return none("its values are too short");
    const bool at_front = pattern.parts.front().kind == PatternPart::Kind::text;
    const bool at_back = pattern.parts.back().kind == PatternPart::Kind::text;
    if (!at_front && !at_back) return none("its values are too short");
    // A column holds no space: IIS writes '+' for it, and other values with a space never match.
    std::string written = text->text;
    if (written.find(' ') != std::string::npos && derivation != Derivation::plus_may_be_space) return Set{};
    std::ranges::replace(written, ' ', '+');
    if (derivation == Derivation::extension) return with_ends(written, at_front ? "." : "", at_back);
    return united(both(with_ends(written, at_front ? " " : "", at_back),
                       with_ends(written, at_front ? "\n" : "", at_back)),
                  options_.medium);
  }

  // The pattern's only text, if it stands alone but for a '*' at either end, and reaches the row unchanged.
  static const PatternPart* only_text(const Pattern& pattern) {
    const PatternPart* text = nullptr;
    for (const PatternPart& part : pattern.parts) {
      if (part.kind == PatternPart::Kind::any_run) continue;
      if (part.kind != PatternPart::Kind::text || text != nullptr) return nullptr;
      text = &part;
    }
    return text != nullptr && std::ranges::all_of(text->text, is_stable) ? text : nullptr;
  }

  static Set with_ends(const std::string& text, std::string_view before, bool at_back) {
    Set set;
    for (const std::string_view after :
         at_back ? std::vector<std::string_view>{" ", "\r", "\n"} : std::vector<std::string_view>{""}) {
      const std::string literal = std::string(before) + to_lower_ascii(text) + std::string(after);
      set.literals.push_back({literal, false, {}, false});
      set.share += share_of_rows(literal);
    }
    return set;
  }

  static std::vector<Literal> both(Set a, const Set& b) {
    a.literals.insert(a.literals.end(), b.literals.begin(), b.literals.end());
    return std::move(a.literals);
  }

  // No character beyond ASCII folds to one inside (code_points.h), so one of them must be in the value.
  Found beyond_ascii(const Pattern& pattern) const {
    const bool has_one = std::ranges::any_of(pattern.parts, [](const PatternPart& part) {
      return part.kind == PatternPart::Kind::text && !is_ascii(part.text);
    });
    if (options_.medium != Medium::values || !has_one) return none("it is all ASCII");
    return Set{{{{}, false, {}, true}}, kShareBeyondAscii};
  }

  // RE2 knows the atoms of which one at least must occur (its Prefilter); each is then treated as any other
  // text. Asked for short ones it also gives those that are in every row, so they are the second choice.
  Found of_regex(const Regex& regex, bool is_keyword) const {
    constexpr std::size_t kTelling = 3;
    Found found = of_atoms(regex, is_keyword, std::max(options_.min_length, kTelling));
    return found || options_.min_length >= kTelling ? found
                                                    : of_atoms(regex, is_keyword, options_.min_length);
  }

  Found of_atoms(const Regex& regex, bool is_keyword, std::size_t min_length) const {
    const Atoms atoms = atoms_of(regex, min_length);
    if (atoms.texts.empty())
      return none(fmt::format("the expression '{}' has no necessary text", regex.text));
    const std::string_view breaks = may_fold(regex) ? "ks" : "";
    const auto of_atom = [&](const std::string& atom) {
      RunChooser chooser(options_, is_keyword);
      chooser.add(atom, breaks);
      return chooser.best();
    };
    Found found = of_parts(atoms.texts, false, of_atom);
    return atoms.needed.empty() ? found : best_of(std::move(found), rarest_part(atoms.needed, of_atom));
  }

  struct Atoms {
    std::vector<std::string> texts;   // one of them at least occurs in whatever matches
    std::vector<std::string> needed;  // of these each one
  };

  static Atoms atoms_of(const Regex& regex, std::size_t min_length) {
    constexpr std::size_t kMaxAsked = 64;
    re2::FilteredRE2 filter(static_cast<int>(min_length));
    int id = 0;
    const re2::RE2& compiled = *regex.compiled;
    if (filter.Add(compiled.pattern(), compiled.options(), &id) != re2::RE2::NoError) return {};
    Atoms atoms;
    filter.Compile(&atoms.texts);
    std::vector<int> passing;
    filter.AllPotentials({}, &passing);
    if (!passing.empty()) return {};
    // An atom is needed if the expression can't match when all the others occur and it does not.
    for (std::size_t i = 0; i < atoms.texts.size() && atoms.texts.size() <= kMaxAsked; ++i) {
      std::vector<int> others;
      for (std::size_t j = 0; j < atoms.texts.size(); ++j)
        if (j != i) others.push_back(static_cast<int>(j));
      filter.AllPotentials(others, &passing);
      if (passing.empty()) atoms.needed.push_back(atoms.texts[i]);
    }
    return atoms;
  }

  const Rule& rule_;
  const WitnessOptions& options_;
};

}  // namespace

WitnessOptions witness_options(const Route& route) {
  WitnessOptions options;
  options.iis_rows = route.name == "iis-w3c";
  options.max_share = 4;  // to ask every row costs more than a set that is met in half of them
  return options;
}

WitnessOptions event_witness_options() {
  WitnessOptions options;
  options.medium = Medium::values;
  options.min_length = 1;
  options.max_share = 2;  // a sum, so it counts what several announce several times
  options.max_share_of_one = 0.4;
  options.known_fields = {"EventID", "Channel", "Provider_Name"};
  return options;
}

std::optional<std::vector<Literal>> witnesses_of(const Rule& rule, const WitnessOptions& options) {
  Found found = Analysis(rule, options).run();
  if (!found) return std::nullopt;
  return std::move(found->literals);
}

std::string why_no_witness(const Rule& rule, const WitnessOptions& options) {
  const Found found = Analysis(rule, options).run();
  return found ? std::string() : found.error();
}

}  // namespace afterpatch::detect::sigma

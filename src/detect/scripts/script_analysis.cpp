#include "detect/scripts/script_analysis.h"

#include <algorithm>

#include "detect/scripts/arena.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/judgement.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"
#include "detect/scripts/page_text.h"
#include "detect/scripts/php_first_look.h"
#include "detect/scripts/php_glance.h"
#include "detect/scripts/protector.h"
#include "detect/scripts/source_code.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr std::size_t kBareBytes = 400;
constexpr std::size_t kBytesPerToken = 6;  // of code, as a guess that is seldom too low
// Each lets the visitor's data pass one more function on its way.
constexpr int kMaxSilentPasses = 4;
constexpr int kMaxNotingPasses = 3;

std::size_t code_bytes(const Page& page) {
  std::size_t bytes = 0;
  for (const Region& region : page.regions) bytes += region.code.size();
  return bytes;
}

// All regions of one language as one program, in the page's order.
std::vector<Token> lex_regions(const Page& page, Language language, Arena& arena) {
  std::vector<Token> tokens;
  tokens.reserve(code_bytes(page) / kBytesPerToken);
  for (const Region& region : page.regions) {
    if (region.language != language) continue;
    const SourceCode code(region.code, region.at, language, arena, region.xml);
    lex(code, language, arena, tokens);
    tokens.push_back({.kind = TokenKind::seam, .text = {}});
  }
  match_brackets(tokens, 0);
  return tokens;
}

std::vector<Language> languages_of(const Page& page) {
  std::vector<Language> found;
  for (const Region& region : page.regions) {
    if (std::find(found.begin(), found.end(), region.language) == found.end())
      found.push_back(region.language);
  }
  return found;
}

// Whether there was something to learn for another walk.
bool walk_all(Interpreter& interpreter, std::span<const std::vector<Token>> programs,
              std::span<const Language> languages, bool noting) {
  bool learned = false;
  for (std::size_t i = 0; i < languages.size(); ++i) {
    interpreter.walk(programs[i], languages[i], noting);
    learned |= interpreter.learned();
  }
  return learned;
}

void walk_all_passes(Interpreter& interpreter, std::span<const std::vector<Token>> programs,
                     std::span<const Language> languages, bool bare) {
  for (int pass = 0; pass < kMaxSilentPasses; ++pass) {
    if (!walk_all(interpreter, programs, languages, false)) break;
  }
  if (!bare && !interpreter.met_anything()) return;
  for (int pass = 0; pass < kMaxNotingPasses; ++pass) {
    if (!walk_all(interpreter, programs, languages, true)) break;
  }
}

// A page of PHP alone, whose tokens can tell that nothing will be noted. In the shortest any variable may be
// the visitor's.
bool can_be_told_at_once(const Page& page, std::size_t bytes) {
  return page.kind == PageKind::php && page.control_ids.empty() && page.objects.empty() &&
         bytes > kBareBytes &&
         std::all_of(page.regions.begin(), page.regions.end(),
                     [](const Region& region) { return region.language == Language::php; });
}

// Of a page that has no findings and no texts combined: its reasons, if there are any all the same.
std::vector<Reason> reasons_of_plain(const PageText& text, const Page& page, std::size_t bytes) {
  return judge({.text = text.text(),
                .page = &page,
                .findings = {},
                .code_bytes = bytes,
                .combined_texts = 0,
                .only_declares = false});
}

}  // namespace

ScriptAnalysis analyse_script(std::string_view bytes, std::string_view extension, Walk walk) {
  const PageText text(bytes.substr(0, kMaxScriptBytes));
  ScriptAnalysis analysis;
  Page page = read_page(text.text(), kind_of_extension(extension));
  analysis.kind = page.kind;
  analysis.server_code = !page.regions.empty();
  if (page.regions.empty()) return analysis;
  const bool php = page.kind == PageKind::php;
  const std::size_t size = code_bytes(page);
  const auto fields = php ? fields_of(text.text()) : std::vector<std::string_view>();
  const bool passable = walk == Walk::where_it_matters && can_be_told_at_once(page, size);
  if (passable && is_plain(page.regions, fields) && reasons_of_plain(text, page, size).empty())
    return analysis;
  Arena arena;
  const std::vector<Language> languages = languages_of(page);
  std::vector<std::vector<Token>> programs;
  for (const Language language : languages) programs.push_back(lex_regions(page, language, arena));
  Interpreter interpreter(arena);
  if (!passable || may_act(programs.front(), fields)) {
    for (const std::string_view field : fields) interpreter.add_field(field);
    const bool bare = php && size < kBareBytes;
    if (bare) interpreter.take_unset_for_request();
    for (const std::string& id : page.control_ids) interpreter.add_control(id);
    for (const auto& [id, class_name] : page.objects) interpreter.add_object(id, class_name);
    walk_all_passes(interpreter, programs, languages, bare);
  }
  const std::vector<Token>& program = programs.front();
  // Who calls it only matters where it does something.
  const bool acts = !interpreter.findings().empty();
  page.includes += php && acts && is_part_of_application(program) ? 1 : 0;
  const bool alone = languages.size() == 1;
  analysis.reasons = judge({.text = text.text(),
                            .page = &page,
                            .findings = interpreter.findings(),
                            .code_bytes = size,
                            .combined_texts = php ? combined_texts(program) : 0,
                            .only_declares = alone && only_declares(program, languages.front())});
  if (php && !analysis.reasons.empty()) analysis.protector = protector_of(bytes);
  for (Reason& reason : analysis.reasons) reason.at = text.offset(std::min(reason.at, text.text().size()));
  return analysis;
}

}  // namespace afterpatch::detect::scripts

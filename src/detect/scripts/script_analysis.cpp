#include "detect/scripts/script_analysis.h"

#include <algorithm>

#include "detect/scripts/arena.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/judgement.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"
#include "detect/scripts/page_text.h"
#include "detect/scripts/source_code.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr int kMaxPasses = 5;
constexpr std::size_t kBareBytes = 400;

// All regions of one language as one program, in the page's order.
std::vector<Token> lex_regions(const Page& page, Language language, Arena& arena) {
  std::vector<Token> tokens;
  for (const Region& region : page.regions) {
    if (region.language != language) continue;
    const SourceCode code(region.code, region.at, language, arena);
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

std::size_t code_bytes(const Page& page) {
  std::size_t bytes = 0;
  for (const Region& region : page.regions) bytes += region.code.size();
  return bytes;
}

}  // namespace

ScriptAnalysis analyse_script(std::string_view bytes, std::string_view extension) {
  const PageText text(bytes.substr(0, kMaxScriptBytes));
  ScriptAnalysis analysis;
  Page page = read_page(text.text(), kind_of_extension(extension));
  analysis.kind = page.kind;
  analysis.server_code = !page.regions.empty();
  if (page.regions.empty()) return analysis;
  Arena arena;
  Interpreter interpreter(arena);
  if (page.kind == PageKind::php) {
    if (code_bytes(page) < kBareBytes) interpreter.take_unset_for_request();
    for (const std::string_view field : fields_of(text.text())) interpreter.add_field(field);
  }
  for (const std::string& id : page.control_ids) interpreter.add_control(id);
  const std::vector<Language> languages = languages_of(page);
  std::vector<std::vector<Token>> programs;
  for (const Language language : languages) programs.push_back(lex_regions(page, language, arena));
  // The first walk learns what later parts set; more follow where functions turned out to be given something.
  bool again = true;
  for (int pass = 0; pass < 2 || (again && pass < kMaxPasses); ++pass) {
    again = false;
    for (std::size_t i = 0; i < languages.size(); ++i) {
      interpreter.walk(programs[i], languages[i], pass > 0);
      again |= interpreter.changed();
    }
  }
  analysis.reasons = judge({.text = text.text(),
                            .page = &page,
                            .findings = interpreter.findings(),
                            .code_bytes = code_bytes(page),
                            .functions = interpreter.functions(),
                            .layers = interpreter.deepest_layer()});
  for (Reason& reason : analysis.reasons) reason.at = text.offset(std::min(reason.at, text.text().size()));
  return analysis;
}

}  // namespace afterpatch::detect::scripts

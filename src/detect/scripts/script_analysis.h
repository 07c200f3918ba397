// What a web page lets a visitor do, read from its code. The road: PageText (encoding) -> Page (regions) ->
// tokens
// -> Interpreter (what flows where) -> judgement. Nothing is run; text that the page would evaluate is
// decoded in memory, to bounded depth and size.
//
// Thread-safe; never throws on content; linear in the page but for text in text, which is bounded.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/detection.h"
#include "detect/scripts/act.h"
#include "detect/scripts/page.h"

namespace afterpatch::detect::scripts {

inline constexpr std::size_t kMaxScriptBytes = 4U << 20U;

struct ActCount {
  std::uint32_t all = 0;
  std::uint32_t of_request = 0;
};

// One reason why a page is suspected, with the place that decides.
struct Reason {
  std::string rule_id;   // "web-content-evaluates-request"
  std::string title;     // "Page evaluates code from the request"
  std::string sentence;  // what the page lets a visitor do
  Confidence confidence = Confidence::possible;
  std::size_t at = 0;                   // in the file
  std::vector<std::string> techniques;  // ATT&CK
};

struct ScriptAnalysis {
  PageKind kind = PageKind::unknown;
  bool server_code = false;
  std::string_view protector;   // that encrypted the page (protector.h); "" for none
  std::vector<Reason> reasons;  // the strongest first; empty: nothing to say
};

// Which pages are walked. Leaving out those whose tokens tell that nothing will be found (php_first_look.h)
// changes no answer; tests compare the two.
enum class Walk : std::uint8_t { where_it_matters, every_page };

// `bytes` are looked at up to kMaxScriptBytes. `extension` with its dot, in lower case; an unknown one lets
// the text decide.
ScriptAnalysis analyse_script(std::string_view bytes, std::string_view extension,
                              Walk walk = Walk::where_it_matters);

}  // namespace afterpatch::detect::scripts

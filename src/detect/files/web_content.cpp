#include "detect/files/web_content.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <re2/re2.h>

#include "base/text.h"
#include "detect/scripts/script_analysis.h"

namespace afterpatch::detect::files {
namespace {

using std::string_view_literals::operator""sv;

// Text with one byte per character, in lower case, so that an offset in it can be counted back to the file's
// bytes whatever the encoding. Characters outside ASCII play no part in any rule here.
struct NarrowText {
  std::string text;
  std::string_view bytes;  // the file
  std::size_t start = 0;   // where the text starts in the file
  std::size_t width = 1;   // bytes a character

  std::size_t offset(std::size_t at) const { return start + at * width; }
  std::size_t position(std::size_t offset) const { return offset < start ? 0 : (offset - start) / width; }
  std::string raw(std::size_t at, std::size_t length) const {
    if (width == 1) return std::string(surroundings(bytes, offset(at), length));
    const std::string_view around = surroundings(text, at, length);
    const auto first = static_cast<std::size_t>(around.data() - text.data());
    return big_endian ? utf16be_to_utf8(bytes.substr(offset(first), around.size() * 2))
                      : utf16le_to_utf8(bytes.substr(offset(first), around.size() * 2));
  }
  bool big_endian = false;
};

NarrowText narrow_utf16(std::string_view bytes, bool big_endian) {
  NarrowText narrow{.text = {}, .bytes = bytes, .start = 2, .width = 2, .big_endian = big_endian};
  narrow.text.reserve(bytes.size() / 2);
  for (std::size_t at = 2; at + 1 < bytes.size(); at += 2) {
    const char high = bytes[big_endian ? at : at + 1];
    const char low = bytes[big_endian ? at + 1 : at];
    narrow.text.push_back(high == 0 ? to_lower_ascii(low) : '\x80');
  }
  return narrow;
}

NarrowText narrow(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe")) return narrow_utf16(bytes, false);
  if (bytes.starts_with("\xfe\xff")) return narrow_utf16(bytes, true);
  const std::size_t start = bytes.starts_with("\xef\xbb\xbf") ? 3 : 0;
  return {.text = to_lower_ascii(bytes.substr(start)), .bytes = bytes, .start = start, .width = 1};
}

// Patterns run over lower-case text. RE2 is linear in the text whatever the pattern.
struct Patterns {
  RE2::Options options = [] {
    RE2::Options latin1;
    latin1.set_encoding(RE2::Options::EncodingLatin1);  // any byte is a character: no input is refused
    latin1.set_log_errors(false);
    return latin1;
  }();
  RE2 script_element{R"(<script\b[^>]{0,200}\brunat\s*=\s*["']?\s*server)", options};
  RE2 code_block{R"(<%[@=#:\s!a-z])", options};
  RE2 strong_code{
      R"((?:<%@\s*(?:page|webhandler|webservice|control|master|language)\b|<script\b[^>]{0,200}\brunat\s*=\s*["']?\s*server))",
      options};
  RE2 dump_url{R"(\b(?:externalurl|internalurl)\s{1,80}:[^\r\n]{0,4000})", options};
  RE2 url_code{R"((?:<script\b|<%|\beval\s*\(|\brequest\s*[\[\(.]|\bpage_load\b|\brunat\b))", options};
};

const Patterns& patterns() {
  static const Patterns compiled;
  return compiled;
}

struct Span {
  std::size_t at = 0;
  std::size_t length = 0;
};

std::optional<Span> find(const RE2& pattern, std::string_view text) {
  re2::StringPiece match;
  if (!pattern.Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED, &match, 1))
    return std::nullopt;
  return Span{static_cast<std::size_t>(match.data() - text.data()), match.size()};
}

// Names that Get-OabVirtualDirectory and its siblings print, each followed by blanks and a colon.
constexpr std::array kDumpKeys = {
    "offlineaddressbooks"sv,
    "internalauthenticationmethods"sv,
    "extendedprotectiontokenchecking"sv,
    "extendedprotectionflags"sv,
    "extendedprotectionspnlist"sv,
    "externalauthenticationmethods"sv,
    "metabasepath"sv,
    "admindisplayversion"sv,
    "windowsauthentication"sv,
    "pollinterval"sv,
};
constexpr std::size_t kDumpKeysNeeded = 3;
constexpr std::size_t kDecisiveBytes = 160;

bool has_key(std::string_view text, std::string_view key) {
  for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const auto next = text.find_first_not_of(" \t", at + key.size());
    if (next != std::string_view::npos && text[next] == ':') return true;
  }
  return false;
}

bool is_dump(std::string_view text) {
  const auto keys = std::count_if(kDumpKeys.begin(), kDumpKeys.end(),
                                  [&](std::string_view key) { return has_key(text, key); });
  return static_cast<std::size_t>(keys) >= kDumpKeysNeeded &&
         (has_key(text, "externalurl") || has_key(text, "internalurl"));
}

// Code in the value of ExternalUrl or InternalUrl.
std::optional<Span> find_code_in_url(std::string_view text) {
  std::size_t from = 0;
  while (const auto line = find(patterns().dump_url, text.substr(from))) {
    const std::size_t at = from + line->at;
    if (const auto code = find(patterns().url_code, text.substr(at, line->length)))
      return Span{at + code->at, code->length};
    from = at + line->length;
  }
  return std::nullopt;
}

std::optional<Span> find_dump_script(std::string_view text) {
  if (const auto script = find(patterns().script_element, text)) return script;
  if (const auto block = find(patterns().code_block, text)) return block;
  return find_code_in_url(text);
}

Claim shell_claim(const NarrowText& text, Span span, std::string rule_id, std::string title,
                  std::string reason) {
  Claim claim;
  claim.kind = RuleKind::web_content;
  claim.rule_id = std::move(rule_id);
  claim.title = std::move(title);
  claim.step = Step::backdoor_file;
  claim.confidence = Confidence::likely;
  claim.reason = std::move(reason);
  claim.techniques = {"T1505.003"};
  claim.offset = text.offset(span.at);
  claim.raw = text.raw(span.at, span.length);
  return claim;
}

void judge_dump(const NarrowText& text, WebContent& content) {
  if (!is_dump(text.text)) return;
  if (const auto script = find_dump_script(text.text)) {
    Claim claim =
        shell_claim(text, *script, "web-content-virtual-directory-dump-with-script",
                    "Settings of a virtual directory saved as a page, with script inside",
                    "The file is a dump of a virtual directory's settings that carries server-side script: "
                    "what the file write of CVE-2021-27065 leaves");
    claim.confidence = Confidence::confirmed;
    claim.cves = {"CVE-2021-27065"};
    content.claims.push_back(std::move(claim));
    return;
  }
  content.bare_dump = true;
  Claim claim = shell_claim(
      text, {0, 0}, "web-content-virtual-directory-dump",
      "Settings of a virtual directory saved as a file, without script",
      "A dump of a virtual directory's settings without script is no door; was a reset of the virtual "
      "directory saved here by an administrator?");
  claim.step = Step::context;
  claim.confidence = Confidence::possible;
  claim.techniques.clear();
  content.claims.push_back(std::move(claim));
}

// What the page's own code lets a visitor do.
void judge_script(std::string_view bytes, std::string_view extension, const NarrowText& text,
                  WebContent& content) {
  const scripts::ScriptAnalysis analysis = scripts::analyse_script(bytes, extension);
  content.server_script |= analysis.server_code;
  for (const scripts::Reason& reason : analysis.reasons) {
    Claim claim = shell_claim(text, {}, reason.rule_id, reason.title, reason.sentence);
    claim.confidence = reason.confidence;
    claim.techniques = reason.techniques;
    claim.offset = reason.at;
    claim.raw = text.raw(text.position(reason.at), kDecisiveBytes);
    if (!analysis.protector.empty()) claim.facts.emplace_back("protector", analysis.protector);
    content.claims.push_back(std::move(claim));
  }
}

// A mail store or a certificate request under a script's name. "<%" alone turns up by chance in 2 MiB of
// binary data, so only whole directives and script elements count.
void judge_disguise(const NarrowText& text, WebContent& content) {
  const bool mail_store = text.bytes.starts_with("!BDN");
  const bool der = text.bytes.starts_with("\x30\x82");
  if (!mail_store && !der) return;
  const auto script = find(patterns().strong_code, text.text);
  if (!script) return;
  Claim claim = shell_claim(
      text, *script,
      mail_store ? "web-content-mail-store-with-script" : "web-content-certificate-with-script",
      mail_store ? "Mailbox export under a script's name, with script inside"
                 : "Certificate request under a script's name, with script inside",
      mail_store
          ? "A mail store (\"!BDN\") never has a script's name; this one carries server-side script, as the "
            "mailbox export of CVE-2021-31207 leaves it"
          : "A DER structure never has a script's name; this one carries server-side script, as a "
            "certificate request written to a web folder leaves it");
  claim.confidence = Confidence::confirmed;
  if (mail_store) claim.cves = {"CVE-2021-31207"};
  content.claims.push_back(std::move(claim));
}

// What the name takes away: a file that no server runs can't be a working door.
void weigh_by_name(WebContent& content, ServedAs served_as) {
  if (served_as == ServedAs::script) return;
  for (Claim& claim : content.claims) {
    if (claim.step == Step::context) continue;
    claim.confidence = Confidence::possible;
    if (served_as == ServedAs::put_aside) {
      claim.reason +=
          "; under this name no server runs it: it may have been put aside by someone cleaning up";
    } else {
      claim.step = Step::context;
      claim.reason += "; under this name no server runs it";
    }
  }
}

}  // namespace

WebContent analyse_web_content(std::string_view bytes, std::string_view extension, ServedAs served_as) {
  bytes = bytes.substr(0, kMaxWebContentBytes);
  const NarrowText text = narrow(bytes);
  WebContent content;
  content.server_script =
      find(patterns().script_element, text.text) || find(patterns().code_block, text.text);
  judge_dump(text, content);
  judge_script(bytes, extension, text, content);
  judge_disguise(text, content);
  weigh_by_name(content, served_as);
  return content;
}

}  // namespace afterpatch::detect::files

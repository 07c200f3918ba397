#include "detect/scripts/encoded_script.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digits.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t kHead = 12;     // "#@~^", six characters of base64, "=="
constexpr std::size_t kChecksum = 8;  // six characters of base64, "=="

// What the encoded characters 0x20 to 0x7f stand for; a blank where the encoder never writes one ('<', '>',
// '@').
constexpr std::array<std::string_view, 3> kTables = {
    "20!)[83=X:5e9\\VsfNEkbYx^}Jmq ` S B'Hru17MR\"TjGd- \x7f"
    ".L]~loytC&v%$+(#A4\t*D\?w;UiacPgQIOFh|6pnz/_KZ,W",
    ".GzVBj/&IA42[vrC89pEhqO\tbD#u ~ ^ wJa]\"KoN;LPg*}tT+-,0nkf5%!dMRc\?{x)(sY3\x7f"
    "mUS|:_eFX1ilZH'\\=$y7`Q 6",
    "-uR`q^I\\b})6 |z\x7f"
    "kc3+hQfv1dTC : ~ E,*t'7DyY/o&rj9{\?8wgSG4x]0#Z[lHUpi.L!$NP\tVs5aKX;W\"mM%(FJ2A=_OBe"};
constexpr std::string_view kTabs = "\x7b\x57\x6e";  // what an encoded tab stands for
constexpr std::string_view kOrder = "1201202002021020102011200210200211020201011201021020112001120102";

// Four bytes, the lowest first, in six characters.
unsigned number(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned>(std::max(base64_digit(text[i]), 0)); };
  const unsigned a = (at(0) << 2U) | (at(1) >> 4U);
  const unsigned b = ((at(1) & 15U) << 4U) | (at(2) >> 2U);
  const unsigned c = ((at(2) & 3U) << 6U) | at(3);
  const unsigned d = (at(4) << 2U) | (at(5) >> 4U);
  return a | (b << 8U) | (c << 16U) | (d << 24U);
}

char escaped(char c) {
  constexpr std::string_view kEscapes = "#&!*$";
  constexpr std::string_view kMeant = "\r\n<>@";
  const auto at = kEscapes.find(c);
  return at == npos ? ' ' : kMeant[at];
}

char decoded(char c, char table) {
  const auto which = static_cast<std::size_t>(table - '0');
  if (c == '\t') return kTabs[which];
  return c >= ' ' ? kTables[which][static_cast<std::size_t>(c - ' ')] : c;
}

struct Attempt {
  std::string text;
  unsigned sum = 0;
};

// In double-byte code pages the second byte of a character is left alone, even where it looks like ASCII.
Attempt decode_body(std::string_view body, bool double_byte) {
  Attempt attempt;
  std::size_t count = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    char c = body[i];
    if (static_cast<unsigned char>(c) >= 0x80) {
      attempt.text.push_back(c);
      if (double_byte && i + 1 < body.size()) attempt.text.push_back(body[++i]);
      continue;
    }
    if (c == '@' && i + 1 < body.size()) {
      c = escaped(body[++i]);
    } else {
      c = decoded(c, kOrder[count % kOrder.size()]);
    }
    ++count;
    attempt.sum += static_cast<unsigned char>(c);
    attempt.text.push_back(c);
  }
  return attempt;
}

}  // namespace

std::optional<DecodedScript> decode_script(std::string_view encoded) {
  if (!encoded.starts_with(kEncodedScriptMark) || encoded.size() < kHead) return std::nullopt;
  const auto end = encoded.find("^#~@", kHead);
  const std::size_t stop = end == npos ? encoded.size() : end;
  std::string_view body = encoded.substr(kHead, stop - kHead);
  unsigned sum = 0;
  if (end != npos && body.size() >= kChecksum) {
    sum = number(body.substr(body.size() - kChecksum));
    body.remove_suffix(kChecksum);
  }
  Attempt attempt = decode_body(body, false);
  if (attempt.sum != sum) {
    Attempt other = decode_body(body, true);
    if (other.sum == sum) attempt = std::move(other);
  }
  return DecodedScript{std::move(attempt.text), end == npos ? encoded.size() : end + 4};
}

}  // namespace afterpatch::detect::scripts

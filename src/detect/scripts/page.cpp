#include "detect/scripts/page.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "detect/scripts/encoded_script.h"
#include "detect/scripts/markup.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;
constexpr auto npos = std::string_view::npos;

constexpr std::array kExtensions = {
    std::pair{".php"sv, PageKind::php},       std::pair{".php3"sv, PageKind::php},
    std::pair{".php4"sv, PageKind::php},      std::pair{".php5"sv, PageKind::php},
    std::pair{".php7"sv, PageKind::php},      std::pair{".phtml"sv, PageKind::php},
    std::pair{".pht"sv, PageKind::php},       std::pair{".phps"sv, PageKind::php},
    std::pair{".inc"sv, PageKind::unknown},   std::pair{".asp"sv, PageKind::asp},
    std::pair{".asa"sv, PageKind::asp},       std::pair{".cer"sv, PageKind::asp},
    std::pair{".cdx"sv, PageKind::asp},       std::pair{".aspx"sv, PageKind::aspnet},
    std::pair{".ashx"sv, PageKind::aspnet},   std::pair{".asmx"sv, PageKind::aspnet},
    std::pair{".ascx"sv, PageKind::aspnet},   std::pair{".asax"sv, PageKind::aspnet},
    std::pair{".soap"sv, PageKind::aspnet},   std::pair{".svc"sv, PageKind::aspnet},
    std::pair{".master"sv, PageKind::aspnet}, std::pair{".cshtml"sv, PageKind::razor},
    std::pair{".jsp"sv, PageKind::jsp},       std::pair{".jspx"sv, PageKind::jsp},
    std::pair{".jspf"sv, PageKind::jsp},      std::pair{".tag"sv, PageKind::jsp},
    std::pair{".jsw"sv, PageKind::jsp},       std::pair{".jsv"sv, PageKind::jsp},
    std::pair{".jtml"sv, PageKind::jsp},
};

// Class identifiers of the objects that matter, as Windows registers them under HKCR\\CLSID.
constexpr std::array kClasses = {
    std::pair{"72c24dd5-d70a-438b-8a42-98424b88afb8"sv, "wscript.shell"sv},
    std::pair{"f935dc22-1cf0-11d0-adb9-00c04fd58a0b"sv, "wscript.shell"sv},
    std::pair{"13709620-c279-11ce-a49e-444553540000"sv, "shell.application"sv},
    std::pair{"0d43fe01-f093-11cf-8940-00a0c9054228"sv, "scripting.filesystemobject"sv},
    std::pair{"0e59f1d5-1fbe-11d0-8ff2-00a0d10038bc"sv, "scriptcontrol"sv},
};

bool at_is(std::string_view text, std::size_t at, std::string_view word) {
  return starts_with_ignoring_case(text.substr(std::min(at, text.size())), word);
}

Language named_language(std::string_view name, Language otherwise) {
  if (starts_with_ignoring_case(name, "c#") || equals_ignoring_case(name, "cs") ||
      equals_ignoring_case(name, "csharp"))
    return Language::csharp;
  if (starts_with_ignoring_case(name, "jscript") || starts_with_ignoring_case(name, "javascript") ||
      equals_ignoring_case(name, "js"))
    return Language::jscript;
  if (starts_with_ignoring_case(name, "vbscript")) return Language::vbscript;
  if (starts_with_ignoring_case(name, "vb") || starts_with_ignoring_case(name, "visualbasic"))
    return Language::vbnet;
  if (starts_with_ignoring_case(name, "java")) return Language::java;
  if (starts_with_ignoring_case(name, "php")) return Language::php;
  return otherwise;
}

// Reads one page; one object a page.
class PageReader {
 public:
  PageReader(std::string_view text, PageKind kind) : text_(text) {
    page_.kind = kind;
    default_ = kind == PageKind::jsp      ? Language::java
               : kind == PageKind::asp    ? Language::vbscript
               : kind == PageKind::razor  ? Language::csharp
               : kind == PageKind::aspnet ? dotnet_default()
                                          : Language::php;
  }

  Page read() {
    if (page_.kind == PageKind::razor) {
      read_razor();
      return std::move(page_);
    }
    for (std::size_t at = text_.find('<'); at != npos && page_.regions.size() < kMaxRegions;) {
      const std::size_t next = tag(at);
      at = text_.find('<', std::max(next, at + 1));
    }
    if (page_.kind == PageKind::jsp) read_expressions();
    return std::move(page_);
  }

 private:
  // Visual Basic is ASP.NET's default where no directive names a language; a page that ends its statements
  // with ';' was written where the site's configuration says otherwise.
  Language dotnet_default() const {
    const auto semicolons = std::count(text_.begin(), text_.end(), ';');
    const bool basic = contains_ignoring_case(text_, "end sub") || contains_ignoring_case(text_, "end if");
    const bool braces = text_.find('{') != npos && semicolons > 0;
    return basic || (semicolons < 2 && !braces) ? Language::vbnet : Language::csharp;
  }

  // A language that no server knows is read as the one its text looks like.
  Language unknown_language() const {
    return contains_ignoring_case(text_, "end sub") || contains_ignoring_case(text_, "end if")
               ? Language::vbnet
               : Language::csharp;
  }

  std::size_t tag(std::size_t at) {
    const char next = at + 1 < text_.size() ? text_[at + 1] : '\0';
    if (next == '%' && page_.kind != PageKind::php) return percent(at);
    if (next == '%' && !seen_php_) return percent(at);
    if (next == '?') return question(at);
    if (next == '!' && at_is(text_, at, "<!--")) return comment(at);
    if (next != '/' && next != '!') return element(at);
    return at + 1;
  }

  void add(Language language, std::size_t from, std::size_t to, bool prints = false) {
    to = std::min(to, text_.size());
    if (from < to) page_.regions.push_back({language, prints, from, text_.substr(from, to - from), false});
  }

  // "<% ... %>" and its kin.
  std::size_t percent(std::size_t at) {
    if (at_is(text_, at, "<%--")) {
      const auto end = text_.find("--%>", at + 4);
      return end == npos ? text_.size() : end + 4;
    }
    std::size_t from = at + 2;
    const std::size_t first = text_.find_first_not_of(" \t", from);
    if (first != npos && text_[first] == '@') return directive(first + 1);
    const char mark = from < text_.size() ? text_[from] : '\0';
    const bool encoded = text_.substr(std::min(from, text_.size())).starts_with(kEncodedScriptMark);
    const bool prints = mark == '=' || (mark == '#' && !encoded) || mark == ':' || mark == '$';
    if (prints || mark == '!') ++from;
    const auto end = std::min(text_.find("%>", from), text_.size());
    if (mark != '$') add(language_of_code(from, end), from, end, prints);
    return page_.kind == PageKind::jsp && ends_comment(from, end) ? code_behind_comment(end + 2) : end + 2;
  }

  // "<% a; <%-- b --%> c; %>": no server takes it, but c is what its author meant as code.
  bool ends_comment(std::size_t from, std::size_t end) const {
    return end > from + 6 && text_.substr(end - 2, 2) == "--" &&
           text_.substr(from, end - from).find("<%--") != npos;
  }
  std::size_t code_behind_comment(std::size_t from) {
    const auto end = std::min(text_.find("%>", from), text_.size());
    add(Language::java, from, end);
    return end + 2;
  }

  Language language_of_code(std::size_t from, std::size_t end) {
    if (page_.kind != PageKind::unknown && page_.kind != PageKind::php) return default_;
    const std::string_view code = text_.substr(from, end - from);
    return contains_ignoring_case(code, "getparameter") ? Language::java : Language::vbscript;
  }

  std::size_t directive(std::size_t from) {
    const auto end = std::min(text_.find("%>", from), text_.size());
    const std::string_view words = text_.substr(from, end - from);
    if (page_.kind == PageKind::jsp) {
      if (contains_ignoring_case(words, "include") && attribute(words, "file")) ++page_.includes;
      return end + 2;
    }
    if (const auto language = attribute(words, "language")) {
      default_ = named_language(*language, page_.kind == PageKind::aspnet ? unknown_language() : default_);
      if (page_.kind == PageKind::asp && default_ == Language::vbnet) default_ = Language::vbscript;
    } else if (starts_with_ignoring_case(trim(words), "language")) {
      const auto equals = words.find('=');
      const auto name = equals == npos ? npos : words.find_first_not_of("\"' \t", equals + 1);
      if (name != npos) default_ = named_language(words.substr(name), default_);
    }
    if (attribute(words, "masterpagefile") || attribute(words, "inherits") || attribute(words, "codebehind"))
      ++page_.includes;
    const std::string_view name = trim(words);
    const bool handler = starts_with_ignoring_case(name, "webhandler") ||
                         starts_with_ignoring_case(name, "webservice") ||
                         starts_with_ignoring_case(name, "servicehost") ||
                         (attribute(words, "class") && !starts_with_ignoring_case(name, "page"));
    if (handler) {
      add(default_, end + 2, text_.size());  // the rest of the file is code
      return text_.size();
    }
    return end + 2;
  }

  // "<?php ... ?>".
  std::size_t question(std::size_t at) {
    if (at_is(text_, at, "<?xml") && page_.kind != PageKind::php) return at + 2;
    if (at_is(text_, at, "<?xml ")) return at + 2;
    if (page_.kind != PageKind::php && !at_is(text_, at, "<?php") && !at_is(text_, at, "<?=")) return at + 2;
    seen_php_ = true;
    std::size_t from = at + 2;
    const bool prints = from < text_.size() && text_[from] == '=';
    if (prints) ++from;
    if (at_is(text_, from, "php")) from += 3;
    const std::size_t end = end_of_php(text_, from);
    add(Language::php, from, end, prints);
    return end + 2;
  }

  std::size_t comment(std::size_t at) {
    if (page_.kind != PageKind::jsp && at_is(text_, text_.find_first_not_of(" \t", at + 4), "#include"))
      ++page_.includes;
    return at + 4;  // servers run code inside comments of HTML
  }

  std::size_t element(std::size_t at) {
    const auto end = end_of_tag(text_, at);
    const std::string_view tag = text_.substr(at, end - at);
    if (page_.kind == PageKind::jsp) return jsp_element(tag, at, end);
    if (starts_with_ignoring_case(tag, "<script")) return script(tag, end);
    note_control(tag);
    return tag.find("<%", 1) != npos || tag.find("<?", 1) != npos ? at + 1 : end;
  }

  void note_control(std::string_view tag) {
    const auto runat = attribute(tag, "runat");
    if (!runat || !equals_ignoring_case(*runat, "server")) return;
    const auto id = attribute(tag, "id");
    if (id && starts_with_ignoring_case(tag, "<object")) {
      note_object(tag, *id);
      return;
    }
    if (id && page_.control_ids.size() < 1000) page_.control_ids.push_back(to_lower_ascii(*id));
  }

  void note_object(std::string_view tag, std::string_view id) {
    const auto program = attribute(tag, "progid");
    const auto number = attribute(tag, "classid");
    for (const auto& [class_id, name] : kClasses) {
      const bool same = (number && contains_ignoring_case(*number, class_id)) ||
                        (program && starts_with_ignoring_case(*program, name));
      if (same && page_.objects.size() < 100) page_.objects.emplace_back(to_lower_ascii(id), name);
    }
  }

  std::size_t script(std::string_view tag, std::size_t from) {
    const auto runat = attribute(tag, "runat");
    const auto language = attribute(tag, "language");
    const bool php = language && equals_ignoring_case(*language, "php");
    if (!php && (!runat || !starts_with_ignoring_case(*runat, "server"))) return from;
    const auto end = std::min(find_ignoring_case(text_, "</script", from), text_.size());
    Language spoken = language ? named_language(*language, default_) : default_;
    if (spoken == Language::vbnet && page_.kind == PageKind::asp) spoken = Language::vbscript;
    add(spoken, from, end);
    return end;
  }

  // "<jsp:scriptlet>", under whatever prefix a page of XML gave it.
  std::size_t jsp_element(std::string_view tag, std::size_t at, std::size_t end) {
    const auto colon = tag.find(':');
    if (colon == npos || colon > 24) return at + 1;
    const std::string_view name = tag.substr(colon + 1);
    for (const auto kind : {"scriptlet"sv, "declaration"sv, "expression"sv}) {
      if (!starts_with_ignoring_case(name, kind)) continue;
      const std::string close = "</" + std::string(tag.substr(1, colon)) + std::string(kind);
      const auto stop = std::min(find_ignoring_case(text_, close, end), text_.size());
      add(Language::java, end, stop, kind == "expression");
      if (end < stop) page_.regions.back().xml = true;
      return stop;
    }
    return at + 1;
  }

  // "${ ... }" of the Expression Language outside of scriptlets.
  void read_expressions() {
    for (auto at = text_.find("${"); at != npos && page_.regions.size() < kMaxRegions;
         at = text_.find("${", at + 2)) {
      const auto end = std::min(text_.find('}', at), text_.size());
      add(Language::java, at + 2, end, true);
    }
  }

  void read_razor() {
    for (auto at = text_.find('@'); at != npos && page_.regions.size() < kMaxRegions;) {
      at = text_.find('@', razor_part(at + 1));
    }
  }

  std::size_t razor_part(std::size_t from) {
    if (at_is(text_, from, "*")) {
      const auto end = text_.find("*@", from);
      return end == npos ? text_.size() : end + 2;
    }
    if (from > 1 && (is_word(text_[from - 2]))) return from;  // an address: name@host
    const auto open = text_.find_first_of("{(\r\n<", from);
    if (open == npos) return text_.size();
    if (text_[open] != '{' && text_[open] != '(') return open;
    const std::size_t end = end_of_brackets(text_, open);
    add(Language::csharp, from, end);
    return end;
  }

  std::string_view text_;
  Page page_;
  Language default_;
  bool seen_php_ = false;
};

}  // namespace

PageKind kind_of_extension(std::string_view extension) {
  const auto found = std::find_if(kExtensions.begin(), kExtensions.end(), [&](const auto& known) {
    return equals_ignoring_case(known.first, extension);
  });
  return found == kExtensions.end() ? PageKind::unknown : found->second;
}

PageKind kind_of_text(std::string_view text) {
  if (contains_ignoring_case(text, "<?php") || text.find("<?=") != npos) return PageKind::php;
  if (text.find("<%") == npos && !contains_ignoring_case(text, "runat")) {
    const bool scriptlet = contains_ignoring_case(text, ":scriptlet>");
    return scriptlet ? PageKind::jsp : PageKind::unknown;
  }
  for (const auto mark : {"page import"sv, "java."sv, "getparameter"sv, "contenttype="sv, "javax."sv}) {
    if (contains_ignoring_case(text, mark)) return PageKind::jsp;
  }
  for (const auto mark :
       {"<%@ page"sv, "<%@page"sv, "webhandler"sv, "webservice"sv, "namespace="sv, "<%@ control"sv}) {
    if (contains_ignoring_case(text, mark)) return PageKind::aspnet;
  }
  return PageKind::asp;
}

Page read_page(std::string_view text, PageKind kind) {
  if (kind == PageKind::unknown) kind = kind_of_text(text);
  return PageReader(text, kind).read();
}

}  // namespace afterpatch::detect::scripts

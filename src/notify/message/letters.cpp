#include "notify/message/letters.h"

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/text.h"
#include "notify/message/address.h"

namespace afterpatch::notify {
namespace {

// DIN 5008, form B, in millimetres.
constexpr double kPageWidth = 210, kPageHeight = 297;
constexpr double kLeft = 25, kRight = 190, kBottom = 272;
constexpr double kReturnLine = 58, kRecipientTop = 62.7, kAddressWidth = 80, kLineHeight = 4.5;
constexpr double kInfoLeft = 125, kInfoTop = 50, kInfoWidth = 65;
constexpr double kTextTop = 103.4, kNextPageTop = 30, kFooter = 280;
constexpr double kFoldMarks[] = {105, 148.5, 210};
constexpr std::size_t kMaxRecipientLines = 6;
constexpr std::size_t kMaxLine = 200;
constexpr std::size_t kLongLink = 45;  // bytes: shorter ones seldom break, and are not typed by hand

constexpr double points(double millimetres) {
  return millimetres * 72 / 25.4;
}

struct Destroy {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
using Layout = std::unique_ptr<PangoLayout, Destroy>;

cairo_status_t append(void* out, const unsigned char* bytes, unsigned int size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

struct Style {
  const char* font = "Sans 10.5";
  double width = kRight - kLeft;  // millimetres
  bool one_line = false;          // cut with an ellipsis
};

// Draws text on the pages of a PDF.
class Sheet {
 public:
  explicit Sheet(std::string& out)
      : surface_(cairo_pdf_surface_create_for_stream(append, &out, points(kPageWidth), points(kPageHeight))),
        cairo_(cairo_create(surface_.get())) {
    cairo_pdf_surface_restrict_to_version(surface_.get(), CAIRO_PDF_VERSION_1_5);
  }

  void describe(const std::string& title, const std::string& author, Timestamp date) {
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_AUTHOR, author.c_str());
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, to_iso8601(date).c_str());
  }

  Layout layout(const std::string& text, const Style& style) {
    Layout made(pango_cairo_create_layout(cairo_.get()));
    pango_cairo_context_set_resolution(pango_layout_get_context(made.get()),
                                       72);  // one point is one unit of a PDF
    pango_layout_context_changed(made.get());
    const std::unique_ptr<PangoFontDescription, Destroy> font(pango_font_description_from_string(style.font));
    pango_layout_set_font_description(made.get(), font.get());
    pango_layout_set_width(made.get(), pango_units_from_double(points(style.width)));
    pango_layout_set_wrap(made.get(), PANGO_WRAP_WORD_CHAR);
    if (style.one_line) {
      pango_layout_set_single_paragraph_mode(made.get(), TRUE);
      pango_layout_set_ellipsize(made.get(), PANGO_ELLIPSIZE_END);
    }
    pango_layout_set_text(made.get(), text.data(), static_cast<int>(text.size()));
    return made;
  }

  void put(const std::string& text, double left, double top, const Style& style) {
    const Layout made = layout(text, style);
    cairo_move_to(cairo_.get(), points(left), points(top));
    pango_cairo_show_layout(cairo_.get(), made.get());
  }

  void put_line(PangoLayoutLine* line, double left, double baseline_points) {
    cairo_move_to(cairo_.get(), points(left), baseline_points);
    pango_cairo_show_layout_line(cairo_.get(), line);
  }

  void mark(double top) {
    cairo_set_line_width(cairo_.get(), 0.3);
    cairo_move_to(cairo_.get(), points(4), points(top));
    cairo_line_to(cairo_.get(), points(9), points(top));
    cairo_stroke(cairo_.get());
  }

  void next_page() { cairo_show_page(cairo_.get()); }

  bool finish() {
    cairo_surface_finish(surface_.get());
    return cairo_surface_status(surface_.get()) == CAIRO_STATUS_SUCCESS &&
           cairo_status(cairo_.get()) == CAIRO_STATUS_SUCCESS;
  }

 private:
  std::unique_ptr<cairo_surface_t, Destroy> surface_;
  std::unique_ptr<cairo_t, Destroy> cairo_;
};

// One line of the body as it stands on paper.
struct SetLine {
  std::shared_ptr<PangoLayout> layout;
  int index = 0;
  double height = 0;    // points
  double baseline = 0;  // from its top, points
  double left = kLeft;  // millimetres
  bool heading = false;
};

bool is_heading(std::string_view line) {
  const bool has_letter = std::ranges::any_of(line, [](char c) { return c >= 'A' && c <= 'Z'; });
  return has_letter && line.size() < 60 &&
         std::ranges::none_of(line, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// Commands keep their spaces in a small fixed font, headings are bold, items hang.
void set_paragraph(Sheet& sheet, std::string_view text, std::vector<SetLine>& lines) {
  const bool command = text.starts_with("    ");
  const std::size_t spaces = std::min(text.find_first_not_of(' '), text.size());
  const bool numbered = text.size() > 2 && text[1] == '.' && text[0] >= '1' && text[0] <= '9';
  const bool item = text.substr(spaces).starts_with("- ") || numbered;
  const double left = kLeft + (command ? 5.0 : static_cast<double>(spaces));
  const bool heading = is_heading(text);
  const Style style{.font = command   ? "Monospace 8.5"
                            : heading ? "Sans Bold 10.5"
                                      : "Sans 10.5",
                    .width = kRight - left};
  const std::string shown(text.empty() ? std::string_view(" ") : text.substr(spaces));
  std::shared_ptr<PangoLayout> layout(sheet.layout(shown, style).release(), Destroy());
  if (item) pango_layout_set_indent(layout.get(), -pango_units_from_double(points(5)));
  for (int i = 0; i < pango_layout_get_line_count(layout.get()); ++i) {
    PangoRectangle extents;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout.get(), i), nullptr, &extents);
    const double hang = item && i > 0 ? 5.0 : 0.0;
    lines.push_back({layout, i, pango_units_to_double(extents.height) * (text.empty() ? 0.6 : 1.08),
                     -pango_units_to_double(extents.y), left + hang, heading});
  }
}

// A long link at the end of a paragraph, which must be typed from paper, stands whole on a line of its own,
// like a command.
void set_paragraph_with_link(Sheet& sheet, std::string_view text, std::vector<SetLine>& lines) {
  const std::size_t begin = text.find("https://");
  const std::string_view link = text.substr(std::min(begin, text.size()));
  if (begin == 0 || link.size() < kLongLink || link.contains(' ')) return set_paragraph(sheet, text, lines);
  set_paragraph(sheet, trim(text.substr(0, begin)), lines);
  set_paragraph(sheet, "    " + std::string(link), lines);
}

std::vector<SetLine> set_body(Sheet& sheet, const NoticeText& text) {
  std::vector<SetLine> lines;
  set_paragraph(sheet, "", lines);
  std::string_view body = text.body;
  if (body.ends_with('\n')) body.remove_suffix(1);
  for (const std::string_view paragraph : split(body, '\n')) set_paragraph_with_link(sheet, paragraph, lines);
  return lines;
}

// How many lines each page holds; a page is never left empty, and no heading is left at its end.
std::vector<std::size_t> pages_of(const std::vector<SetLine>& lines, double subject_height) {
  std::vector<std::size_t> counts(1, 0);
  double at = points(kTextTop) + subject_height;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const SetLine& line = lines[i];
    const double with_next = line.heading && i + 1 < lines.size() ? lines[i + 1].height : 0;
    if (at + line.height + with_next > points(kBottom) && counts.back() > 0) {
      counts.push_back(0);
      at = points(kNextPageTop);
    }
    at += line.height;
    ++counts.back();
  }
  return counts;
}

std::string joined(const std::vector<std::string>& lines, const char* separator) {
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : separator) + one_line(line, kMaxLine);
  return all;
}

std::string page_words(std::string words, std::size_t page, std::size_t pages) {
  const auto replace = [&](std::string_view name, std::size_t number) {
    if (const std::size_t at = words.find(name); at != std::string::npos)
      words.replace(at, name.size(), std::to_string(number));
  };
  replace("{page}", page);
  replace("{pages}", pages);
  return words;
}

// Name and address; many give the name with the address as well.
std::vector<std::string> sender_of(const Agency& agency) {
  std::vector<std::string> sender = agency.postal;
  if (sender.empty() || trim(sender.front()) != trim(agency.name)) sender.insert(sender.begin(), agency.name);
  return sender;
}

void put_address_field(Sheet& sheet, const Agency& agency, const Letter& letter) {
  sheet.put(joined(sender_of(agency), " · "), kLeft, kReturnLine,
            {.font = "Sans 7", .width = kAddressWidth, .one_line = true});
  double top = kRecipientTop;
  for (std::size_t i = 0; i < std::min(letter.recipient.size(), kMaxRecipientLines); ++i, top += kLineHeight)
    sheet.put(one_line(letter.recipient[i], kMaxLine), kLeft, top,
              {.font = "Sans 10.5", .width = kAddressWidth, .one_line = true});
}

void put_information(Sheet& sheet, const Agency& agency, const Letter& letter, const LetterWords& words) {
  std::vector<std::string> lines = sender_of(agency);
  lines.insert(lines.end(),
               {agency.phone, agency.verify_page, "", words.case_number + ": " + letter.case_number,
                words.date + ": " + to_date_text(letter.date)});
  double top = kInfoTop;
  for (const std::string& line : lines) {
    sheet.put(one_line(line, kMaxLine), kInfoLeft, top,
              {.font = "Sans 8.5", .width = kInfoWidth, .one_line = true});
    top += 4;
  }
}

// Returns its height in points.
double put_subject(Sheet& sheet, const Letter& letter, bool show) {
  const Style style{.font = "Sans Bold 11.5"};
  const std::string subject = one_line(letter.text.subject, 300);
  const Layout layout = sheet.layout(subject, style);
  int height = 0;
  pango_layout_get_size(layout.get(), nullptr, &height);
  if (show) sheet.put(subject, kLeft, kTextTop, style);
  return pango_units_to_double(height);
}

void put_lines(Sheet& sheet, const SetLine* begin, const SetLine* end, double top) {
  for (const SetLine* line = begin; line != end; ++line) {
    sheet.put_line(pango_layout_get_line_readonly(line->layout.get(), line->index), line->left,
                   top + line->baseline);
    top += line->height;
  }
}

void put_page_frame(Sheet& sheet, const Letter& letter, const LetterWords& words, std::size_t page,
                    std::size_t pages) {
  if (page == 1)
    for (const double mark : kFoldMarks) sheet.mark(mark);
  sheet.put(fmt::format("{} {} · {}", words.case_number, one_line(letter.case_number, 60),
                        page_words(words.page, page, pages)),
            kLeft, kFooter, {.font = "Sans 8.5", .width = kRight - kLeft, .one_line = true});
}

Result<void> put_letter(Sheet& sheet, const Agency& agency, const Letter& letter, const LetterWords& words) {
  const std::vector<SetLine> lines = set_body(sheet, letter.text);
  const double subject = put_subject(sheet, letter, false);
  const std::vector<std::size_t> pages = pages_of(lines, subject);
  if (pages.size() > kMaxLetterPages)
    return fail("letter has too many pages", letter.case_number, "shorten the list of servers");
  const SetLine* next = lines.data();
  for (std::size_t page = 0; page < pages.size(); ++page) {
    put_page_frame(sheet, letter, words, page + 1, pages.size());
    if (page == 0) {
      put_address_field(sheet, agency, letter);
      put_information(sheet, agency, letter, words);
      put_subject(sheet, letter, true);
    }
    put_lines(sheet, next, next + pages[page], page == 0 ? points(kTextTop) + subject : points(kNextPageTop));
    next += pages[page];
    sheet.next_page();
  }
  return {};
}

}  // namespace

Result<std::string> write_letters(const NoticeLibrary& library, const Agency& agency,
                                  const std::vector<Letter>& letters) {
  if (letters.empty()) return fail("no letters to write");
  std::string pdf;
  {
    Sheet sheet(pdf);
    sheet.describe(fmt::format("{} letters", letters.size()), one_line(agency.name, kMaxLine),
                   letters.front().date);
    for (const Letter& letter : letters) {
      if (joined(letter.recipient, "").empty()) return fail("letter has no recipient", letter.case_number);
      const Result<const LanguageWords*> words = library.language(letter.language);
      if (!words) return std::unexpected(words.error());
      if (const Result<void> good = put_letter(sheet, agency, letter, (*words)->letter); !good)
        return std::unexpected(good.error());
    }
    if (!sheet.finish()) return fail("the PDF can't be made");
  }
  return pdf;
}

}  // namespace afterpatch::notify

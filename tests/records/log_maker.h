// Makes log text for tests: everyday rows of every family, and everything that breaks readers, by a seed.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace afterpatch::records {

inline constexpr const char* kIisFields =
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "cs(Referer) "
    "sc-status sc-substatus sc-win32-status time-taken";

class LogMaker {
 public:
  explicit LogMaker(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::string line_end() { return one_in(3) ? "\r\n" : "\n"; }

  std::string clock() {
    const auto two = [](std::size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    if (one_in(4)) hour_ = below(24);
    return two(hour_) + ":" + two(below(60)) + ":" + two(below(60));
  }

  std::string iis_row() {
    const char* agents[] = {"Mozilla/5.0+(X)", "-", "Python+\"quoted\",comma", "\xE9t\xE9"};
    return "2021-03-05 " + clock() + " 10.0.0.1 GET /owa/auth/x" + std::to_string(below(9)) +
           ".aspx a=1 443 - 192.0.2." + std::to_string(below(255)) + " " + agents[below(4)] + " - 200 0 0 " +
           std::to_string(below(999));
  }

  // Six columns under kCsvHeader.
  std::string csv_row() {
    const std::string build = one_in(8) ? "15,1,2242,4" : "15,1,2176,2";
    return "2021-03-05T" + clock() + ".210Z,id" + std::to_string(below(99)) + "," +
           (one_in(6) ? ",,," : build) + (one_in(5) ? ",," : ",EXCH01,") + csv_field();
  }
  static constexpr const char* kCsvHeader =
      "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ServerHostName,GenericInfo";

  std::string csv_field() {
    const char* fields[] = {"plain",
                            "\"a,b\"",
                            "\"say \"\"hi\"\"\"",
                            "\"first\nsecond\nthird\"",
                            "",
                            "\"never closed",
                            "\"a\"b",
                            "it's",
                            "\"x\n#Fields: date time\ny\"",
                            "\"\"",
                            "\"a\r\nb\r\n\"",
                            "\"DateTime,x\nDateTime,RequestId\n\"",
                            "\"cut\n2021-03-05T01:02:03.000Z,inside\""};
    return fields[below(std::size(fields))];
  }

  std::string odd_line() {
    using std::string_view_literals::operator""sv;
    const std::string odd[] = {"",
                               "Some words, about the log",
                               ",,,,,,,",
                               "\"",
                               "\",\"",
                               "# a heading",
                               "#Date: 2021-03-04 00:00:00",
                               std::string("\0\0\0\0", 4),
                               "2021-03-05 03:06",
                               "2021-03-05T03:06:27.1Z",
                               "   at System.Web.Foo(), \"x",
                               std::string("2021-03-05 01:02:03 1.2.3.4 GET /a\0\0\0#Date: 2021-01-01"sv),
                               "\xEF\xBB\xBF#Software: Microsoft",
                               "2021-03-05T01:02:03.004Z,EX,ECP.Request,\"S:CMD=a;S:BLD=15.1.2176.2\"",
                               "ends\"2021-03-05T01:02:03.004Z\",\"b\""};
    return odd[below(std::size(odd))];
  }

  std::string header_line() {
    const std::string headers[] = {
        kIisFields,
        "#Software: Microsoft Exchange Server\n#Log-type: HttpProxy Logs\n#Fields: " +
            std::string(kCsvHeader),
        kCsvHeader,
        "\"DateTime\",\"RequestId\",\"UrlStem\"",
        "TimeStamp,ServerName,EventId,EventData",
        "#Fields: time c-ip cs-method",
        "#TYPE Selected"};
    return headers[below(std::size(headers))];
  }

  // Text that mixes all of it. `disorder` of 0 gives a clean log of one family after its header.
  std::string text(std::size_t lines, bool csv, bool disorder) {
    std::string out = std::string(csv ? kCsvHeader : kIisFields) + "\n";
    for (std::size_t i = 0; i < lines; ++i) {
      if (disorder && one_in(6)) {
        out += odd_line();
      } else if (disorder && one_in(12)) {
        out += header_line();
      } else {
        out += csv != (disorder && one_in(10)) ? csv_row() : iis_row();
      }
      out += line_end();
    }
    if (one_in(2) && !out.empty()) out.resize(out.size() - below(std::min<std::size_t>(out.size(), 30)));
    return out;
  }

 private:
  std::mt19937 random_;
  std::size_t hour_ = 3;
};

}  // namespace afterpatch::records

// Findings made by hand, in the shapes that detect gives them. Names and addresses are made up (RFC 5737, RFC
// 2606).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "assess/assess.h"
#include "detect/findings.h"
#include "knowledge/catalogue.h"

namespace afterpatch::assess::hand_made {

inline constexpr std::string_view kIntruder = "203.0.113.21";
inline constexpr std::string_view kSecondIntruder = "198.51.100.77";
inline constexpr std::string_view kSweeper = "192.0.2.236";
inline constexpr std::string_view kSecondSweeper = "192.0.2.9";
inline constexpr std::string_view kDoorUrl = "/owa/auth/redirsuiteserverproxy.aspx";
inline constexpr std::string_view kUnpatched = "15.1.2176.2";  // Exchange 2016 CU19
inline constexpr std::string_view kPatched = "15.1.2176.9";    // with the update of March 2021

// The campaign and product of this source tree.
const knowledge::LoadedCampaign& loaded();

Timestamp at(std::string_view time);  // "2021-03-03 06:49:42"

using Fields = std::initializer_list<std::pair<std::string, std::string>>;

// Adds to `findings`, with a place of its own for each row.
class Evidence {
 public:
  detect::Findings findings;

  // Logs of every needed kind from `first` to `last`, a row each hour, naming `build`.
  Evidence& logs(std::string_view first, std::string_view last, std::string_view build = kUnpatched);
  Evidence& log(std::string_view log, std::string_view first, std::string_view last,
                std::string_view build = "");
  // The whole window, patched at `patched` (empty: never).
  Evidence& whole_window(std::string_view patched = "2021-03-10 20:00:00");

  detect::Detection& row(std::string_view log, detect::Step step, std::string_view time,
                         std::string_view client, Fields fields,
                         detect::Confidence confidence = detect::Confidence::likely);
  // One rung of the known tool in the HttpProxy log; `target` is the back-end path,
  // "/autodiscover/autodiscover.xml?#".
  detect::Detection& proxy(detect::Step step, std::string_view time, std::string_view client,
                           std::string_view target, std::string_view status = "200");
  // A row of the ECP log whose command sets ExternalUrl to a script.
  detect::Detection& ecp_write(std::string_view time, std::string_view parameter = "xyz123456");
  // A request to a page that no Exchange ships.
  detect::Detection& door_request(std::string_view time, std::string_view client, std::string_view url,
                                  int status, std::string_view method = "GET", std::string_view query = "");
  // What a pivot on the door's path found.
  detect::RequestGroup& requests(std::string_view url, std::string_view client, std::string_view method,
                                 int status, std::uint64_t count, std::string_view first,
                                 std::string_view last, std::uint64_t with_parameters = 0);
  // A file that a rule of `kind` takes for a back door.
  detect::Detection& file(std::string_view windows_path, std::string_view modified, detect::RuleKind kind,
                          detect::Confidence confidence);
  // The web folders are part of the evidence.
  Evidence& web_folders(std::initializer_list<std::string> folders);

  // A full chain of the tool, ending in a proven write unless told otherwise; `start` is its first row.
  Evidence& chain(std::string_view start, std::string_view client, bool with_write = true);

  ServerReport report() const;

 private:
  detect::Place next_place(std::string_view log);
  std::uint64_t rows_ = 0;
};

const Answer& answer(const ServerReport& report, std::string_view question);

}  // namespace afterpatch::assess::hand_made

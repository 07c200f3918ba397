// The keys that a notice's template may use. docs/notices.md says what each holds.
#pragma once

#include "notify/message/template_check.h"

namespace afterpatch::notify {

inline const TemplateKeys& notice_keys() {
  static const TemplateKeys kFindings = {{"place", "seen"}, {"has_seen"}, {}};
  static const TemplateKeys kServers = {{"address", "name", "build", "seen", "method"},
                                        {"has_name", "has_build", "has_seen"},
                                        {{"findings", kFindings}}};
  static const TemplateKeys kCommands = {{"."}, {}, {}};
  static const TemplateKeys kSteps = {{"number", "text"}, {}, {{"commands", kCommands}}};
  static const TemplateKeys kKeys = {
      {"agency", "phone", "verify_page", "fingerprint", "case_number", "organisation", "first_server",
       "server_count", "more", "flaw", "means", "legal", "link"},
      {"has_fingerprint", "has_more", "has_legal", "has_link", "no_link", "withheld", "has_list"},
      {{"servers", kServers}, {"steps", kSteps}}};
  return kKeys;
}

}  // namespace afterpatch::notify

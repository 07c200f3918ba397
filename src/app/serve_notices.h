// Planning, previewing and sending of notices for the console: what `afterpatch notify` does, asked for by
// the browser.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/error.h"
#include "web/shared.h"

namespace afterpatch::app {

// `config` as for `afterpatch notify` (docs/notify.md). Sending runs as a process of its own,
// `afterpatch notify send`, so that it goes on or is taken up again whatever becomes of the server. Fails if
// the file can't be read or lacks something that sending needs.
class ServeNotices {
 public:
  static Result<std::unique_ptr<ServeNotices>> make(const std::filesystem::path& config,
                                                    const web::Settings& settings);
  virtual ~ServeNotices() = default;  // waits for a message that is being sent; the rest is sent next time

  virtual void add_jobs(web::Jobs& jobs) = 0;  // must outlive them
  virtual web::Agency agency() const = 0;      // who writes the notices
};

}  // namespace afterpatch::app

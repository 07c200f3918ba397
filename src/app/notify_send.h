// `afterpatch notify send` and `returns`: mail out and back.
#pragma once

#include <iosfwd>

#include "app/notify_job.h"

namespace afterpatch::app {

// Both return the exit status. send: kCannotRun if the mail server, the archive or the store is gone, or
// another sender is at work; what was sent until then is kept. Ctrl-C ends it after the message at hand.
int run_notify_send(const NotifyJob& job, std::ostream& out, std::ostream& err);
int run_notify_returns(const NotifyJob& job, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

// GMime must be started once before anything else of it is called.
#pragma once

namespace afterpatch::notify {

void start_gmime();  // any number of times, from any thread

}  // namespace afterpatch::notify

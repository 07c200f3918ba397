#include "notify/message/gmime_start.h"

#include <gmime/gmime.h>

#include <mutex>

namespace afterpatch::notify {

void start_gmime() {
  static std::once_flag once;
  std::call_once(once, g_mime_init);
}

}  // namespace afterpatch::notify

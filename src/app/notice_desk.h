// What writing notices needs, opened together: the operator's settings, the store, and who writes them.
#pragma once

#include <memory>

#include "app/notify_compose.h"
#include "app/notify_config.h"
#include "app/notify_job.h"
#include "base/error.h"

namespace afterpatch::app {

struct NoticeDesk {
  NotifyConfig config;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<NoticeComposer> composer;  // refers to both
};

// In this order: settings, knowledge, store, texts; fails with the first that is wrong.
Result<std::unique_ptr<NoticeDesk>> open_desk(const NotifyJob& job);

}  // namespace afterpatch::app

#include "app/notice_desk.h"

#include <utility>

#include "knowledge/catalogue.h"

namespace afterpatch::app {

Result<std::unique_ptr<NoticeDesk>> open_desk(const NotifyJob& job) {
  auto desk = std::make_unique<NoticeDesk>();
  auto config = load_notify_config(job.config);
  if (!config) return std::unexpected(config.error());
  desk->config = std::move(*config);
  const auto knowledge = knowledge::find_knowledge(job.knowledge);
  if (!knowledge) return std::unexpected(knowledge.error());
  auto store = open_store(job.store);
  if (!store) return std::unexpected(store.error());
  desk->store = std::move(*store);
  auto composer = NoticeComposer::make(desk->config, *desk->store, *knowledge);
  if (!composer) return std::unexpected(composer.error());
  desk->composer = std::move(*composer);
  return desk;
}

}  // namespace afterpatch::app

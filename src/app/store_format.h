// How the commands below `afterpatch store` answer.
#pragma once

namespace afterpatch::app {

enum class StoreFormat { text, json };

}  // namespace afterpatch::app

#include "platform/functions/trigger.h"

namespace rockpool::platform {

std::string_view name_of(Trigger trigger) {
  switch (trigger) {
    case Trigger::Http:
      return "http";
    case Trigger::Pubsub:
      return "pubsub";
    case Trigger::Datasource:
      return "datasource";
    case Trigger::Timer:
      return "timer";
    case Trigger::Other:
      return "other";
  }
  return "";
}

}  // namespace rockpool::platform

#pragma once

#include <memory>
#include <vector>

#include "platform/admission/function_metrics.h"
#include "platform/functions/catalog.h"
#include "platform/serving/serving_table.h"
#include "platform/world.h"

namespace rockpool::platform {

// Brings what the catalog says into service. Used on the home reactor.
class Publisher {
 public:
  // What is to be served of one function from now on.
  struct Update {
    FunctionName name;
    std::shared_ptr<const Function> function = {};        // null: nothing any more
    std::shared_ptr<const engine::Program> program = {};  // null: loaded when it is called
  };

  // All outlive it.
  Publisher(const World& world, ServingTable& serving, FunctionMetrics& function_metrics)
      : world_(world), serving_(serving), function_metrics_(function_metrics) {}

  // All of them at once: requests see the world before or after. Routes must not be taken.
  void update(std::vector<Update> updates);

  // The function that has it; null if there is none.
  std::shared_ptr<const Function> find(const Origin& origin) const;

 private:
  std::shared_ptr<ServedVersion> serve(const Update& update, const ServedVersion* before);
  std::shared_ptr<const ServedFunction> serve_new(const Function& function);
  void retire(const FunctionName& name, ServedVersion& version, const Function* after);

  const World world_;
  ServingTable& serving_;
  FunctionMetrics& function_metrics_;
};

}  // namespace rockpool::platform

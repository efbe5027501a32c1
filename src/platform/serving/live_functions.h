#pragma once

#include <memory>
#include <vector>

#include "platform/functions/catalog.h"
#include "platform/admission/families.h"
#include "platform/serving/serving.h"
#include "platform/world.h"

namespace rockpool::platform {

// Brings what the catalog says into service. Used on the home reactor.
class LiveFunctions {
 public:
  // What is to be served of one function from now on.
  struct Update {
    FunctionName name;
    std::shared_ptr<const Function> function = {};        // null: nothing any more
    std::shared_ptr<const engine::Program> program = {};  // null: loaded when it is called
  };

  // All outlive it.
  LiveFunctions(const World& world, Serving& serving, Families& families)
      : world_(world), serving_(serving), families_(families) {}

  // All of them at once: requests see the world before or after. Routes must not be taken.
  void update(std::vector<Update> updates);

  // The function that has it; null if there is none.
  std::shared_ptr<const Function> find(const Origin& origin) const;

 private:
  std::shared_ptr<ServedVersion> serve(const Update& update, const ServedVersion* before);
  std::shared_ptr<const ServedFunction> serve_new(const Function& function);
  void retire(const FunctionName& name, ServedVersion& version, const Function* after);

  const World world_;
  Serving& serving_;
  Families& families_;
};

}  // namespace rockpool::platform

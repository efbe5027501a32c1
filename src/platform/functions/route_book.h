#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "platform/functions/function.h"

namespace rockpool::platform {

// Which function has which route. Used on one reactor; what it does costs as much as is changed,
// however many functions there are.
class RouteBook {
 public:
  // Takes the routes of all `changes` or of none; those that the functions had before come free.
  // Fails with route-taken, naming both functions.
  Result<void> take(const std::vector<FunctionStep>& changes);
  // Undoes a take(), as if `changes` had been made the other way round.
  void give_back(const std::vector<FunctionStep>& changes);

 private:
  void enter(const Function& function);
  void strike(const Function& function);

  std::unordered_map<std::string, FunctionName> owners_;  // by RoutePattern::key()
};

}  // namespace rockpool::platform

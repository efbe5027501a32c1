#pragma once

#include "platform/functions/function.h"
#include "store/kv_store.h"

namespace rockpool::platform {

// Data that belongs to functions and is deleted with them. The catalog tells each kind of it, in
// the commit that deletes the function, so that nothing is left over however the commit ends.
class OwnedData {
 public:
  virtual ~OwnedData() = default;
  // Adds to `batch` what erases the data of a function that is deleted. Called on the catalog's
  // reactor.
  virtual void add_erasure(const Function& deleted, store::WriteBatch& batch) = 0;
};

}  // namespace rockpool::platform

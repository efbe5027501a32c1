#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "async/task.h"
#include "base/clock.h"
#include "base/digest.h"
#include "platform/functions/function.h"
#include "platform/functions/owned_data.h"
#include "store/kv_store.h"

namespace rockpool::platform {

// The functions and their versions, as the store keeps them. Used on one reactor.
//
// Keys begin with the tenant, `default`; values are JSON:
//
// | bucket      | key                       | value                                           |
// |-------------|---------------------------|-------------------------------------------------|
// | `functions` | default/NAME              | created, revision, last_number, live, origin?   |
// | `versions`  | default/NAME/0000000012   | digest, size, abi, settings, created, image?,   |
// |             |                           | links?, linked?                                 |
// | `modules`   | default/sha256:HEX        | the module's inspection                         |
// | `released`  | default/sha256:HEX        | when the last version that had the module went  |
//
// Times are milliseconds since 1970. Versions' numbers are padded so that their keys are in order.
class Catalog final {
 public:
  using Change = FunctionStep;

  // Reads everything but the inspections of versions that are not live; blocks. Fails with
  // corrupt, naming the record. `store` outlives it.
  static Result<std::unique_ptr<Catalog>> load(store::KvStore& store);

  // From now on data of this kind is erased with its functions. `data` outlives the catalog's last
  // commit.
  void own(OwnedData& data) { owned_.push_back(&data); }

  const Functions& functions() const { return functions_; }
  // Null if there is none.
  std::shared_ptr<const Function> find(const FunctionName& name) const;

  // In one synced batch; seen in functions() when it is durable. One commit at a time.
  Task<void> commit(std::vector<Change> changes, WallTime now);

  // What the module of a version kept is.
  Task<std::shared_ptr<const engine::Inspection>> inspection(Digest digest);

  // The modules that a version refers to, or did until less than `age` before `now`.
  std::set<Digest> modules_in_use(WallTime now, std::chrono::milliseconds age) const;
  // Drops what is remembered of these modules.
  Task<void> forget(std::vector<Digest> digests);

 private:
  explicit Catalog(store::KvStore& store) : store_(store) {}

  Result<void> load_released();
  void apply(const std::vector<Change>& changes, WallTime now);
  static std::map<Digest, std::ptrdiff_t> reference_changes(const std::vector<Change>& changes);

  store::KvStore& store_;
  std::vector<OwnedData*> owned_;
  Functions functions_;
  std::map<Digest, std::ptrdiff_t> references_;  // how many versions have a module
  std::map<Digest, WallTime> released_;
};

}  // namespace rockpool::platform

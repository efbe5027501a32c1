#include "platform/functions/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "platform/functions/catalog_records.h"

namespace rockpool::platform {
namespace {

bool keeps(const std::shared_ptr<const Function>& function, std::uint64_t number) {
  return function != nullptr && function->version(number) != nullptr;
}

void add_change(const Catalog::Change& change, store::WriteBatch& batch) {
  if (change.after == nullptr) {
    batch.erase(kFunctionsBucket, function_key(change.before->name));
    batch.erase_prefix(kVersionsBucket, versions_prefix(change.before->name));
    return;
  }
  const Function& after = *change.after;
  batch.put(kFunctionsBucket, function_key(after.name), function_value(after));
  for (const auto& version : after.versions) {
    if (!keeps(change.before, version->number))
      batch.put(kVersionsBucket, version_key(after.name, version->number), version_value(*version));
  }
  // A new version is live at once, so the inspection is its module's.
  if (!keeps(change.before, after.live->number)) {
    batch.put(kModulesBucket, module_key(after.live->digest), module_value(*after.inspection));
  }
  if (change.before == nullptr) return;
  for (const auto& version : change.before->versions) {
    if (!keeps(change.after, version->number))
      batch.erase(kVersionsBucket, version_key(after.name, version->number));
  }
}

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::load(store::KvStore& store) {
  std::unique_ptr<Catalog> catalog(new Catalog(store));
  std::map<FunctionName, VersionsByNumber> versions;
  std::string tenant(kTenantPrefix);
  auto take_version = [&](std::string_view key, std::string_view value) -> Result<void> {
    ASSIGN_OR_RETURN(auto stored, read_version(key, value));
    for (const Digest& digest : modules_of(stored.version)) ++catalog->references_[digest];
    auto number = stored.version.number;
    versions[stored.function].emplace(number, std::make_shared<const Version>(stored.version));
    return {};
  };
  RETURN_IF_ERROR(store.for_each_blocking(kVersionsBucket, tenant, take_version));

  std::vector<Function> functions;
  auto take_function = [&](std::string_view key, std::string_view value) -> Result<void> {
    auto name = FunctionName::parse(key.substr(kTenantPrefix.size()));
    ASSIGN_OR_RETURN(auto function,
                     read_function(key, value, name ? versions[*name] : VersionsByNumber()));
    functions.push_back(std::move(function));
    return {};
  };
  RETURN_IF_ERROR(store.for_each_blocking(kFunctionsBucket, tenant, take_function));

  // Functions of one module share its inspection.
  std::map<Digest, std::shared_ptr<const engine::Inspection>> inspections;
  for (Function& function : functions) {
    auto& inspection = inspections[function.live->digest];
    if (inspection == nullptr) {
      auto key = module_key(function.live->digest);
      ASSIGN_OR_RETURN(auto value, store.get_blocking(kModulesBucket, key));
      ASSIGN_OR_RETURN(auto read, read_module(key, value));
      inspection = std::make_shared<const engine::Inspection>(std::move(read));
    }
    function.inspection = inspection;
    auto name = function.name;
    catalog->functions_.emplace(name, std::make_shared<const Function>(std::move(function)));
  }
  RETURN_IF_ERROR(catalog->load_released());
  return catalog;
}

Result<void> Catalog::load_released() {
  auto take = [&](std::string_view key, std::string_view value) -> Result<void> {
    ASSIGN_OR_RETURN(auto digest, read_module_key(key));
    ASSIGN_OR_RETURN(auto time, read_time(key, value));
    released_.emplace(digest, time);
    return {};
  };
  return store_.for_each_blocking(kReleasedBucket, std::string(kTenantPrefix), take);
}

std::shared_ptr<const Function> Catalog::find(const FunctionName& name) const {
  auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : found->second;
}

std::map<Digest, std::ptrdiff_t> Catalog::reference_changes(const std::vector<Change>& changes) {
  std::map<Digest, std::ptrdiff_t> by_digest;
  for (const Change& change : changes) {
    if (change.after != nullptr) {
      for (const auto& version : change.after->versions)
        for (const Digest& digest : modules_of(*version)) ++by_digest[digest];
    }
    if (change.before != nullptr) {
      for (const auto& version : change.before->versions)
        for (const Digest& digest : modules_of(*version)) --by_digest[digest];
    }
  }
  return by_digest;
}

Task<void> Catalog::commit(std::vector<Change> changes, WallTime now) {
  store::WriteBatch batch;
  for (const Change& change : changes) {
    add_change(change, batch);
    if (change.after != nullptr) continue;
    for (OwnedData* kind : owned_) kind->add_erasure(*change.before, batch);
  }
  for (const auto& [digest, difference] : reference_changes(changes)) {
    auto count = references_.find(digest);
    auto before = count == references_.end() ? 0 : count->second;
    if (before > 0 && before + difference == 0) {
      batch.put(kReleasedBucket, module_key(digest), time_value(now));
    } else if (before == 0 && difference > 0) {
      batch.erase(kReleasedBucket, module_key(digest));
    }
  }
  CO_RETURN_IF_ERROR(co_await store_.commit(std::move(batch)));
  apply(changes, now);
  co_return Result<void>{};
}

void Catalog::apply(const std::vector<Change>& changes, WallTime now) {
  for (const auto& [digest, difference] : reference_changes(changes)) {
    auto& count = references_[digest];
    count += difference;
    if (count > 0) {
      released_.erase(digest);
    } else {
      references_.erase(digest);
      released_[digest] = now;
    }
  }
  for (const Change& change : changes) {
    if (change.after == nullptr) {
      functions_.erase(change.before->name);
    } else {
      functions_[change.after->name] = change.after;
    }
  }
}

Task<std::shared_ptr<const engine::Inspection>> Catalog::inspection(Digest digest) {
  auto key = module_key(digest);
  CO_ASSIGN_OR_RETURN(auto value, co_await store_.get(kModulesBucket, key));
  CO_ASSIGN_OR_RETURN(auto inspection, read_module(key, value));
  co_return std::make_shared<const engine::Inspection>(std::move(inspection));
}

std::set<Digest> Catalog::modules_in_use(WallTime now, std::chrono::milliseconds age) const {
  std::set<Digest> digests;
  for (const auto& [digest, count] : references_) digests.insert(digest);
  for (const auto& [digest, time] : released_) {
    if (time + age > now) digests.insert(digest);
  }
  return digests;
}

Task<void> Catalog::forget(std::vector<Digest> digests) {
  store::WriteBatch batch;
  for (const Digest& digest : digests) {
    if (references_.contains(digest)) continue;
    batch.erase(kModulesBucket, module_key(digest));
    batch.erase(kReleasedBucket, module_key(digest));
    released_.erase(digest);
  }
  if (batch.empty()) co_return Result<void>{};
  co_return co_await store_.commit(std::move(batch));
}

}  // namespace rockpool::platform

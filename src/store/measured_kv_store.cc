#include "store/measured_kv_store.h"

#include <utility>

namespace rockpool::store {
namespace {

class MeasuredKvStore final : public KvStore {
 public:
  MeasuredKvStore(KvStore& inner, metrics::Registry& registry, const Clock& clock)
      : inner_(inner),
        shard_(registry.shared_shard()),
        clock_(clock),
        durations_(registry.histograms({.name = "rockpool_store_operation_duration_seconds",
                                        .help = "How long operations on the store took.",
                                        .label_names = {"operation"}})) {}

  Task<std::string> get(std::string bucket, std::string key) override {
    auto start = clock_.steady_now();
    auto call = inner_.get(std::move(bucket), std::move(key));
    auto result = co_await std::move(call);
    observe(*get_, start);
    co_return result;
  }

  Task<std::vector<KeyValue>> scan(std::string bucket, std::string prefix, std::string after,
                                   std::size_t limit) override {
    auto start = clock_.steady_now();
    auto call = inner_.scan(std::move(bucket), std::move(prefix), std::move(after), limit);
    auto result = co_await std::move(call);
    observe(*scan_, start);
    co_return result;
  }

  Task<void> commit(WriteBatch batch) override {
    auto start = clock_.steady_now();
    auto call = inner_.commit(std::move(batch));
    auto result = co_await std::move(call);
    observe(*commit_, start);
    co_return result;
  }

  Result<std::string> get_blocking(const std::string& bucket, const std::string& key) override {
    auto start = clock_.steady_now();
    auto result = inner_.get_blocking(bucket, key);
    observe(*get_, start);
    return result;
  }

  Result<void> commit_blocking(WriteBatch batch) override {
    auto start = clock_.steady_now();
    auto result = inner_.commit_blocking(std::move(batch));
    observe(*commit_, start);
    return result;
  }

  Result<void> for_each_blocking(const std::string& bucket, const std::string& prefix,
                                 const Visitor& visit) override {
    auto start = clock_.steady_now();
    auto result = inner_.for_each_blocking(bucket, prefix, visit);
    observe(*scan_, start);
    return result;
  }

 private:
  void observe(metrics::Histogram& histogram, SteadyTime start) {
    histogram.observe(shard_, clock_.steady_now() - start);
  }

  KvStore& inner_;
  const metrics::Shard shard_;
  const Clock& clock_;
  metrics::Family<metrics::Histogram>& durations_;
  const std::shared_ptr<metrics::Histogram> get_ = durations_.with({"get"});
  const std::shared_ptr<metrics::Histogram> scan_ = durations_.with({"scan"});
  const std::shared_ptr<metrics::Histogram> commit_ = durations_.with({"commit"});
};

}  // namespace

std::unique_ptr<KvStore> make_measured_kv_store(KvStore& inner, metrics::Registry& registry,
                                                const Clock& clock) {
  return std::make_unique<MeasuredKvStore>(inner, registry, clock);
}

}  // namespace rockpool::store

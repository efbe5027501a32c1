#pragma once

#include <string>

#include "async/task.h"
#include "dialects/dialect.h"
#include "dialects/wess/answer.h"
#include "dialects/wess/module_document.h"
#include "dialects/wess/wess_log.h"
#include "dialects/wess/wess_metrics.h"

namespace rockpool::dialects::wess {

// The calls that store and read modules. A write is durable when it is answered. Failures hold the
// text that the caller gets (see status_of()).
class ModuleCalls {
 public:
  // All outlive it.
  ModuleCalls(const DialectWorld& world, WessMetrics& metrics, WessLog& log)
      : world_(world), metrics_(metrics), log_(log) {}

  Answer count() const;
  Task<Answer> create(http::Exchange& exchange);
  Task<Answer> replace(http::Exchange& exchange, std::string id);
  Task<Answer> remove(http::Exchange& exchange, std::string id);
  Task<Answer> read(http::Exchange& exchange, std::string id);

 private:
  Task<ModuleDocument> read_document(http::Exchange& exchange);
  Task<void> write(metrics::Shard shard, std::string id, ModuleDocument document,
                   platform::IfAbsent if_absent);

  const DialectWorld& world_;
  WessMetrics& metrics_;
  WessLog& log_;
};

}  // namespace rockpool::dialects::wess

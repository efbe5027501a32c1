#include "server/storage.h"

#include "store/measured_kv_store.h"
#include "store/open_store.h"

namespace rockpool::server {

Result<Storage> make_storage(const std::filesystem::path& path, const std::string& engine,
                             async::BlockingPool& blocking, metrics::Registry& metrics,
                             const Clock& clock) {
  auto& files = store::system_files();
  Storage storage;
  ASSIGN_OR_RETURN(storage.directory, store::DataDirectory::open(path, files));
  auto& directory = *storage.directory;
  const store::Schema schema({});  // the first layout: nothing to migrate yet
  ASSIGN_OR_RETURN(storage.rocks, store::open_store(directory, files, blocking, schema));
  storage.kv = store::make_measured_kv_store(*storage.rocks, metrics, clock);
  ASSIGN_OR_RETURN(storage.blobs, store::BlobStore::open(directory.blobs(), files, clock));
  ASSIGN_OR_RETURN(auto key, directory.key("machine-code"));
  ASSIGN_OR_RETURN(storage.cache,
                   store::CacheFiles::open(directory.cache(), std::move(key), engine, files));
  return storage;
}

}  // namespace rockpool::server

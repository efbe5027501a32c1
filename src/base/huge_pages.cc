#include "base/huge_pages.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

namespace rockpool {
namespace {

constexpr std::uintptr_t kHugePage = std::uintptr_t{2} << 20;

}  // namespace

void use_huge_pages(std::span<char> fresh) {
  auto begin = reinterpret_cast<std::uintptr_t>(fresh.data());
  auto first = (begin + kHugePage - 1) & ~(kHugePage - 1);
  auto last = (begin + fresh.size()) & ~(kHugePage - 1);
  if (first >= last) return;
  // Where the kernel refuses, the pages are small ones.
  (void)::madvise(fresh.data() + (first - begin), last - first, MADV_HUGEPAGE);
}

}  // namespace rockpool

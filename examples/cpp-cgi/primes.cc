// A CGI program in C++: the primes up to ?limit=, one a line.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

namespace {

constexpr int kDefaultLimit = 100;
constexpr int kMaxLimit = 1'000'000;

int limit_of(std::string_view query) {
  constexpr std::string_view kKey = "limit=";
  const size_t at = query.find(kKey);
  if (at == std::string_view::npos) return kDefaultLimit;
  query.remove_prefix(at + kKey.size());
  int limit = kDefaultLimit;
  std::from_chars(query.data(), query.data() + query.size(), limit);
  return std::clamp(limit, 0, kMaxLimit);
}

std::vector<int> primes_up_to(int limit) {
  std::vector<bool> composite(static_cast<size_t>(limit) + 1);
  std::vector<int> primes;
  for (int n = 2; n <= limit; ++n) {
    if (composite[n]) continue;
    primes.push_back(n);
    for (long long multiple = 1LL * n * n; multiple <= limit; multiple += n) {
      composite[multiple] = true;
    }
  }
  return primes;
}

}  // namespace

int main() {
  const char* query = std::getenv("QUERY_STRING");

  std::cout << "Content-Type: text/plain\n\n";
  for (const int prime : primes_up_to(limit_of(query == nullptr ? "" : query))) {
    std::cout << prime << '\n';
  }
}

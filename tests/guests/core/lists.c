// Functions of lists, as a C compiler makes them: a struct comes back through the first parameter.
#include <stdint.h>
#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name(#name)))

EXPORT(sum) int64_t sum(const int32_t* numbers, uint32_t count) {
  int64_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum += numbers[i];
  return sum;
}

EXPORT(dot) float dot(const float* a, uint32_t a_count, const float* b, uint32_t b_count) {
  float sum = 0;
  for (uint32_t i = 0; i < a_count && i < b_count; ++i) sum += a[i] * b[i];
  return sum;
}

struct Doubles {
  double* numbers;
  uint32_t count;
};

EXPORT(scaled) struct Doubles scaled(double* numbers, uint32_t count, double factor) {
  for (uint32_t i = 0; i < count; ++i) numbers[i] *= factor;
  struct Doubles result = {numbers, count};
  return result;
}

struct Longs {
  int64_t* numbers;
  uint32_t count;
};

EXPORT(powers) struct Longs powers(int32_t base, uint32_t count) {
  struct Longs result = {malloc(count * sizeof(int64_t)), count};
  int64_t power = 1;
  for (uint32_t i = 0; i < count; ++i) {
    result.numbers[i] = power;
    power *= base;
  }
  return result;
}

static int ascending(const void* a, const void* b) {
  int32_t left = *(const int32_t*)a;
  int32_t right = *(const int32_t*)b;
  return (left > right) - (left < right);
}

struct Ints {
  int32_t* numbers;
  uint32_t count;
};

EXPORT(sorted) const struct Ints* sorted(int32_t* numbers, uint32_t count) {
  static struct Ints result;
  qsort(numbers, count, sizeof(int32_t), ascending);
  result = (struct Ints){numbers, count};
  return &result;
}

EXPORT(first_address) uint32_t first_address(const uint8_t* bytes, uint32_t count) {
  (void)count;
  return (uint32_t)(uintptr_t)bytes;
}

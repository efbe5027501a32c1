// Exports functions that use a resource, which are listed but cannot be called, beside one that
// can.
#include "uses_resources.h"

#include <stdlib.h>

struct exports_test_guests_counters_counter_t {
  uint32_t value;
};

exports_test_guests_counters_own_counter_t exports_test_guests_counters_constructor_counter(
    uint32_t start) {
  exports_test_guests_counters_counter_t* counter = malloc(sizeof *counter);
  counter->value = start;
  return exports_test_guests_counters_counter_new(counter);
}

uint32_t exports_test_guests_counters_method_counter_next(
    exports_test_guests_counters_borrow_counter_t self) {
  return self->value++;
}

void exports_test_guests_counters_counter_destructor(exports_test_guests_counters_counter_t* rep) {
  free(rep);
}

exports_test_guests_counters_own_counter_t exports_test_guests_counters_make(void) {
  return exports_test_guests_counters_constructor_counter(1);
}

uint32_t exports_test_guests_counters_plain(void) {
  return 42;
}

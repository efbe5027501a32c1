// Counts with another component's resource.
#include "imports_counters.h"

uint32_t exports_imports_counters_count(void) {
  test_guests_counters_own_counter_t counter = test_guests_counters_constructor_counter(1);
  return test_guests_counters_method_counter_next(test_guests_counters_borrow_counter(counter));
}

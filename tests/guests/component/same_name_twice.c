// Two interfaces export `greet`: callers name the interface, too. `only-here` is unique, and is
// called by its bare name.
#include "same_name_twice.h"

void exports_test_guests_greetings_greet(same_name_twice_string_t* ret) {
  same_name_twice_string_dup(ret, "hello");
}

uint32_t exports_test_guests_greetings_only_here(void) {
  return 42;
}

void exports_test_guests_farewells_greet(same_name_twice_string_t* ret) {
  same_name_twice_string_dup(ret, "goodbye");
}
